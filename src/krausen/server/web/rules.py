"""What is worth telling, and when it is told."""

from litestar import get

from krausen.server.alarms import RuleBody, rule_body
from krausen.server.web.call import Call
from krausen.server.web.guards import viewer
from krausen.server.web.parsing import USUAL, Cursor, Limit, Page, paged


@get("/rules", guards=[viewer], summary="List the rules of alarms")
async def list_rules(request: Call, limit: Limit = USUAL, cursor: Cursor = None) -> Page[RuleBody]:
    """Rules in force, by name: what each of them watches for, and for how long it waits."""
    return paged([rule_body(rule) for rule in request.site.alarms.rules], limit, cursor)
