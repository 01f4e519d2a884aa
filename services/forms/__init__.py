"""What forms ask for and hand in, for the terminal and the portal: what a case will take, documents, drafts."""
