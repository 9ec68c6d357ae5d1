"""Pictures from elsewhere, for the logo of a site."""

from typing import Annotated

from litestar import post
from litestar.params import JSONBody
from msgspec import Meta, Struct

from krausen.server.pictures import picture_at
from krausen.server.web.call import Call
from krausen.server.web.guards import admin


class PictureWish(Struct, frozen=True, kw_only=True):
    """Where a picture is."""

    address: Annotated[str, Meta(min_length=1, max_length=4096)]


class PictureBody(Struct, frozen=True, kw_only=True):
    """A picture as a `data:` address, which a setting can keep."""

    picture: str


@post("/pictures", guards=[admin], status_code=200, summary="Fetch a picture")
async def fetch_picture(request: Call, data: JSONBody[PictureWish]) -> PictureBody:
    """The picture at an address of HTTP: PNG, JPEG, GIF, WebP or SVG of less than 64 kB. Nothing is kept.

    Pages take nothing from elsewhere, so that the server fetches it, once.
    """
    picture = await picture_at(data.address.strip(), request.site.pushing.courier)
    return PictureBody(picture=picture)
