"""What the tests of living designations share: a living office and its command line, and the lives of all scenarios."""

from tests.starter.conftest import desk as desk
from tests.starter.conftest import office as office
from tests.workflows_dicoe.lived import all_lived as all_lived
from tests.workflows_dicoe.lived import lives as lives
