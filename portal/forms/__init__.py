"""Forms made from the models of messages: what is asked, how it is filled in, and how it is read back.

entries   what a form asks, from the message's own JSON schema: there is no second list of fields
typed     what stands in a form's fields: filled in before, or typed, and read back into JSON values
hints     what is known of the case: choices, and what the office would expect to find filled in
documents where a form's files come from
"""
