"""Responses as CHT's api writes them: JSON, and plain text."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from rapidpro_simulator.cht.javascript import compact


def json_response(value: Any, status: int = 200) -> web.Response:
    return web.Response(text=compact(value), status=status, content_type="application/json", charset="utf-8")


def text_response(text: str, status: int = 200) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/plain", charset="utf-8")
