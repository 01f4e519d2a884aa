"""The rules of accreditation cycles (S1): packages, reports, options, appeals, reinstatement, certificates."""
