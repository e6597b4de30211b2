"""Which tests of a run with several processes go to the same one: those that share what is dear to make."""

from __future__ import annotations

import re

from xdist.scheduler.loadscope import LoadScopeScheduling

from tests.shipped import SCENARIOS

OF_SCENARIO = re.compile(rf"\[({'|'.join(map(re.escape, SCENARIOS))})\]$")


class Together(LoadScopeScheduling):
    """Tests of one scenario, which ask its study and its page, and otherwise those of one file with its fixtures."""

    def _split_scope(self, nodeid: str) -> str:
        named = OF_SCENARIO.search(nodeid)
        return named[1] if named else nodeid.partition("::")[0]
