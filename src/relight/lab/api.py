"""The only door of the laboratory for other apps and for the command line."""

from relight.lab.rules.links_file import LinksFile, links_dump
from relight.lab.selectors.ladder import Linked, link_rungs, linked_share
from relight.lab.selectors.link_list import LinkView, link_list
from relight.lab.selectors.reconcile import Reconciliation, reconcile
from relight.lab.services.links import LoadReport, links_file_read, links_load, links_text

__all__ = [
    "Linked",
    "link_rungs",
    "linked_share",
    "LinkView",
    "LinksFile",
    "LoadReport",
    "Reconciliation",
    "link_list",
    "links_dump",
    "links_file_read",
    "links_load",
    "links_text",
    "reconcile",
]
