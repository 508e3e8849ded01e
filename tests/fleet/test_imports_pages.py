"""Pages of the imports: look first, confirm, let the worker do it, mend what was kept aside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from relight.config.subscriptions import SUBSCRIPTIONS
from relight.fleet.models import AsideRow, ImportRun, LineItem
from relight.journal.api import event_list
from relight.kernel.act import Act
from relight.people.api import Role

TABLE = "Nom;N° de série;Adresse MAC\nPC-1;CZC1234501;00:1b:21:00:00:01\nPC-2;CZC1234502;zz\n"

pytestmark = pytest.mark.django_db


def upload(client: Any, content: bytes | str, name: str = "parc.csv") -> Any:
    raw = content.encode() if isinstance(content, str) else content
    return client.post(reverse("fleet:import-upload"), {"file": SimpleUploadedFile(name, raw)})


def worker(act: Act) -> None:
    """Run what is subscribed to the events so far, as the worker would."""
    from django.utils.module_loading import import_string

    for event in event_list(after=0, limit=1000):
        for subscription in SUBSCRIPTIONS:
            if event.name in subscription.events:
                import_string(subscription.handler)(event, act)


def confirm(client: Any, run: ImportRun, **fields: str) -> Any:
    said = {f"column-{field}": header for field, header in run.mapping.items()}
    return client.post(
        reverse("fleet:import-confirm", args=[run.pk]), {"source": "Parc", "nature": "seen", **said, **fields}
    )


def test_an_upload_is_shown_first_and_imports_nothing(client_of: Callable[..., Any]) -> None:
    client = client_of(Role.TECHNICIAN)
    answer = upload(client, TABLE)
    run = ImportRun.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == reverse("fleet:import", args=[run.pk])
    page = client.get(answer["Location"]).content.decode()
    assert "CZC1234501" in page
    assert "N° de série" in page
    assert not LineItem.objects.exists()


def test_a_confirmed_file_is_imported_by_the_worker_and_its_page_shows_what_it_brought(
    client_of: Callable[..., Any], act_for: Callable[..., Act]
) -> None:
    client = client_of(Role.TECHNICIAN)
    upload(client, TABLE)
    run = ImportRun.objects.get()
    assert confirm(client, run).status_code == 302
    assert "hx-get" in client.get(reverse("fleet:import", args=[run.pk])).content.decode()
    worker(act_for(Role.SYSTEM))
    run.refresh_from_db()
    assert (run.status, run.source, run.counts["machines_new"]) == ("done", "Parc", 1)
    page = client.get(reverse("fleet:import", args=[run.pk])).content.decode()
    assert "PC-1" in page
    assert "RL-FLT-082" in page
    assert "hx-get" not in page


def test_the_columns_chosen_overrule_the_guess(client_of: Callable[..., Any], act_for: Callable[..., Act]) -> None:
    client = client_of(Role.TECHNICIAN)
    upload(client, "Truc;Numéro;Host\nPC-9;CZC1234509;ARL-PC-9\n")
    run = ImportRun.objects.get()
    confirm(client, run, **{"column-serial": "Numéro", "column-hostname": "Host"})
    worker(act_for(Role.SYSTEM))
    item = LineItem.objects.get()
    assert (item.serial, item.hostname) == ("CZC1234509", "arl-pc-9")


def test_looking_again_shows_the_first_rows_under_the_columns_chosen(client_of: Callable[..., Any]) -> None:
    client = client_of(Role.TECHNICIAN)
    upload(client, "Truc;Numéro;Host\nPC-9;CZC1234509;ARL-PC-9\n")
    run = ImportRun.objects.get()
    page = confirm(client, run, **{"column-serial": "Numéro", "again": "1"}).content.decode()
    assert "<td>CZC1234509</td>" in page
    assert ImportRun.objects.get().status == "offered"


def test_a_refused_file_is_said_at_the_field_and_not_kept(client_of: Callable[..., Any]) -> None:
    answer = upload(client_of(Role.TECHNICIAN), b"%PDF-1.7\x00\x01\x02 binary", "parc.csv")
    assert answer.status_code == 400
    assert "PDF" in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_a_dropped_file_leaves_the_list(client_of: Callable[..., Any]) -> None:
    client = client_of(Role.TECHNICIAN)
    upload(client, TABLE)
    client.post(reverse("fleet:import-drop", args=[ImportRun.objects.get().pk]))
    assert "parc.csv" not in client.get(reverse("fleet:imports")).content.decode()


def test_a_row_kept_aside_goes_in_once_mended(client_of: Callable[..., Any], act_for: Callable[..., Act]) -> None:
    client = client_of(Role.TECHNICIAN)
    upload(client, TABLE)
    run = ImportRun.objects.get()
    confirm(client, run)
    worker(act_for(Role.SYSTEM))
    aside = AsideRow.objects.get()
    place = reverse("fleet:aside", args=[run.pk, aside.pk])
    assert "PC-2;CZC1234502;zz" in client.get(place).content.decode()
    assert client.post(place, {"text": "PC-2;CZC1234502;still bad"}).status_code == 400
    answer = client.post(place, {"text": "PC-2;CZC1234502;00:1b:21:00:00:02"})
    item = LineItem.objects.get(serial="CZC1234502")
    assert answer["Location"] == reverse("fleet:item", args=[item.pk])
    aside.refresh_from_db()
    assert aside.mended
    assert client.post(place, {"text": "PC-2;CZC1234502;00:1b:21:00:00:02"}).status_code == 400


def test_a_row_left_out_waits_no_more(client_of: Callable[..., Any], act_for: Callable[..., Act]) -> None:
    client = client_of(Role.TECHNICIAN)
    upload(client, TABLE)
    run = ImportRun.objects.get()
    confirm(client, run)
    worker(act_for(Role.SYSTEM))
    aside = AsideRow.objects.get()
    client.post(reverse("fleet:aside", args=[run.pk, aside.pk]), {"leave_out": "1"})
    assert "RL-FLT-082" not in client.get(reverse("fleet:import", args=[run.pk])).content.decode()
    assert LineItem.objects.count() == 1


def test_whoever_may_not_import_sees_the_list_but_no_upload(client_of: Callable[..., Any]) -> None:
    reader = client_of(Role.AUDITOR)
    page = reader.get(reverse("fleet:imports"))
    assert page.status_code == 200
    assert 'type="file"' not in page.content.decode()
    assert upload(reader, TABLE).status_code == 403


def test_the_list_of_imports_costs_the_same_queries_however_long_it_is(
    client_of: Callable[..., Any], django_assert_max_num_queries: Any
) -> None:
    client = client_of(Role.TECHNICIAN)
    for number in range(12):
        upload(client, f"Hostname\npc-{number}\npc-x{number}\n", f"{number}.csv")
    with django_assert_max_num_queries(14):
        client.get(reverse("fleet:imports"))
