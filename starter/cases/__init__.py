"""Commands of the panel Cases: messages, option forms and payments, and what a case looks like."""
