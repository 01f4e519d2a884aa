"""What the tests of living designations share: a living office and its command line, and the lives of all scenarios."""

from tests.workflows.designation.lived import lives as lives
