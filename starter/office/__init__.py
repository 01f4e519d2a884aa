"""Commands of the panel The office: worklist, money, notices and papers, over all cases."""
