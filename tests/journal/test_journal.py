"""One write, one transaction, its entry and events: all of it or nothing."""

import hashlib
import threading

import pytest
from django.db import DatabaseError, connection, transaction

from relight.journal import guards
from relight.journal.api import (
    EventDraft,
    Incoming,
    Subscription,
    aside_retry,
    chain_verify,
    entry_list,
    event_list,
    evidence_path,
    evidence_read,
    evidence_store,
    evidence_store_all,
    lag_list,
    subscription_run,
    version,
    writing,
)
from relight.journal.models import Cursor, Entry, Event, Evidence, Head
from relight.journal.rules import MAX_TRIES
from relight.kernel.errors import MissingError, PeerError, RuleError

pytestmark = pytest.mark.django_db


def write(act, *, count=1, name="test.happened"):
    with writing(act) as log:
        for number in range(count):
            event = EventDraft(name=name, subject=f"item:{number}", body={"number": number})
            log.entry("test.write", subject=f"item:{number}", body={"number": number}, events=[event])


def test_entries_and_events_are_numbered_without_gap_and_the_chain_holds(act_for):
    write(act_for("owner"), count=3)
    write(act_for("owner"), count=2)
    assert [entry.seq for entry in entry_list()] == [5, 4, 3, 2, 1]
    assert [event.seq for event in event_list()] == [1, 2, 3, 4, 5]
    assert version() == 5
    report = chain_verify()
    assert (report.intact, report.entries) == (True, 5)


def test_a_write_that_fails_leaves_neither_entry_nor_event_nor_hole(act_for):
    write(act_for("owner"))
    with pytest.raises(ZeroDivisionError), writing(act_for("owner")) as log:
        log.entry("test.write", subject="item:9", body={}, events=[EventDraft(name="test.happened", subject="item:9")])
        raise ZeroDivisionError
    write(act_for("owner"))
    assert [entry.seq for entry in entry_list()] == [2, 1]
    assert chain_verify().intact


def test_a_write_without_an_entry_is_refused_and_rolled_back(act_for):
    with pytest.raises(RuntimeError, match="without a journal entry"), writing(act_for("owner")):
        Cursor.objects.create(subscriber="unlogged")
    assert not Cursor.objects.filter(subscriber="unlogged").exists()


def test_a_nested_write_that_fails_takes_back_its_own_entries_only(act_for):
    act = act_for("owner")
    with writing(act) as log:
        log.entry("test.outer", subject="item:1", body={}, events=[EventDraft(name="test.outer", subject="item:1")])
        with pytest.raises(ZeroDivisionError), writing(act) as inner:
            inner.entry(
                "test.inner", subject="item:2", body={}, events=[EventDraft(name="test.inner", subject="item:2")]
            )
            raise ZeroDivisionError
        log.entry("test.after", subject="item:3", body={})
    assert [entry.verb for entry in entry_list()] == ["test.after", "test.outer"]
    assert [event.name for event in event_list()] == ["test.outer"]
    assert chain_verify().intact


def test_entries_are_found_by_subject_of_their_events_too(act_for):
    with writing(act_for("owner")) as log:
        log.entry("test.batch", subject="site:arlon", body={}, events=[EventDraft(name="test.moved", subject="item:7")])
    assert [entry.verb for entry in entry_list(subject="item:7")] == ["test.batch"]
    assert entry_list(subject="item:8") == []


@pytest.mark.parametrize("table", ["journal_entry", "journal_event"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET subject = 'x'", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_the_journal(act_for, table, statement):
    write(act_for("owner"))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))
    assert chain_verify().intact


class TestTampering:
    """Somebody with the database in hand, triggers taken away, is found out; the first place is named."""

    @pytest.fixture(autouse=True)
    def _open(self, act_for):
        write(act_for("owner"), count=5)
        guards.remove(connection)
        yield
        guards.install(connection)

    def test_a_changed_entry_is_named(self):
        Entry.objects.filter(seq=3).update(body='{"number":99}')
        report = chain_verify()
        assert (report.broken_seq, report.because) == (3, "its content is not what was written")

    def test_an_entry_whose_hash_was_made_anew_breaks_the_next_one(self):
        from dataclasses import replace

        from relight.journal.rules import entry_hash
        from relight.journal.selectors import entry_get

        forged = replace(entry_get(3), actor="os:other")
        Entry.objects.filter(seq=3).update(actor="os:other", hash=entry_hash(forged))
        report = chain_verify()
        assert (report.broken_seq, report.because) == (4, "it does not follow the entry before it")

    def test_a_removed_entry_is_named(self):
        Entry.objects.filter(seq=2).delete()
        assert chain_verify().broken_seq == 2

    def test_entries_cut_off_at_the_end_are_noticed(self):
        Event.objects.filter(entry_seq=5).delete()
        Entry.objects.filter(seq=5).delete()
        report = chain_verify()
        assert (report.broken_seq, report.because) == (5, "entries at the end are missing")

    def test_a_changed_event_is_named_by_its_entry(self):
        Event.objects.filter(entry_seq=4).update(subject="item:other")
        assert chain_verify().broken_seq == 4

    def test_an_event_that_was_slipped_in_is_noticed(self):
        entry = Entry.objects.get(seq=5)
        Event.objects.create(seq=6, entry_seq=6, at=entry.at, name="test.forged", subject="x:y", body="{}")
        assert not chain_verify().intact

    def test_content_that_is_no_json_is_named_and_does_not_crash(self):
        Entry.objects.filter(seq=2).update(body="{")
        report = chain_verify()
        assert (report.broken_seq, report.because) == (2, "its content cannot be read")


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_make_one_chain_without_gap(act_for):
    """Twelve threads, ten writes each, on their own connections."""
    faults: list[BaseException] = []

    def work(number):
        try:
            for _ in range(10):
                write(act_for("owner", actor=f"os:writer{number}"), count=2)
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    report = chain_verify()
    assert (report.intact, report.entries) == (True, 240)
    assert Head.objects.get().event_seq == 240 == Event.objects.count()


HANDLED: list[int] = []


def handler_good(event, act):
    HANDLED.append(event.seq)


def handler_bad_at_2(event, act):
    """Writes a row, then fails on event 2: the row must go with it."""
    with writing(act) as log:
        log.entry("test.handled", subject=event.subject, body={"event": event.seq})
    if event.seq == 2 and not REPAIRED:
        raise ZeroDivisionError
    HANDLED.append(event.seq)


REPAIRED: list[bool] = []


@pytest.fixture(autouse=True)
def _fresh_handlers():
    HANDLED.clear()
    REPAIRED.clear()


def listening(handler):
    return Subscription(name="test", events=frozenset({"test.happened"}), handler=f"{__name__}.{handler}")


@pytest.fixture
def here(monkeypatch):
    """Let dotted paths find this module however pytest imported it."""
    import sys

    monkeypatch.setitem(sys.modules, __name__, sys.modules.get(__name__) or __import__(__name__))


@pytest.mark.usefixtures("here")
class TestSubscribers:
    """Each event once, in order, whatever fails."""

    def test_a_subscriber_gets_each_of_its_events_once_in_order(self, act_for, clock):
        write(act_for("owner"), count=3)
        write(act_for("owner"), name="test.other")
        assert subscription_run(listening("handler_good"), now=clock.now) == 3
        assert subscription_run(listening("handler_good"), now=clock.now) == 0
        assert HANDLED == [1, 2, 3]

    def test_a_failing_event_rolls_back_waits_and_is_shown_as_lag(self, act_for, clock):
        write(act_for("owner"), count=3)
        subscription_run(listening("handler_bad_at_2"), now=clock.now)
        assert HANDLED == [1]
        assert [entry.body["event"] for entry in entry_list(verb="test.handled")] == [1]
        (lag,) = lag_list([listening("handler_bad_at_2")])
        assert (lag.behind, lag.tries, lag.error) == (2, 1, "ZeroDivisionError")
        assert subscription_run(listening("handler_bad_at_2"), now=clock.now) == 0

    def test_after_the_last_try_it_is_set_aside_and_the_rest_goes_on(self, act_for, clock):
        write(act_for("owner"), count=3)
        for _ in range(MAX_TRIES):
            subscription_run(listening("handler_bad_at_2"), now=clock.now)
            clock.advance(hours=2)
        assert HANDLED == [1, 3]
        (lag,) = lag_list([listening("handler_bad_at_2")])
        assert (lag.behind, lag.aside) == (0, 1)
        REPAIRED.append(True)
        assert aside_retry(listening("handler_bad_at_2"), now=clock.now) == 1
        assert HANDLED == [1, 3, 2]
        assert lag_list([listening("handler_bad_at_2")])[0].aside == 0


class TestEvidence:
    """Files by their content, checked when read."""

    def store(self, act, content):
        with writing(act) as log:
            kept = evidence_store(log=log, content=content, name="../../etc/report.pdf", media_type="application/pdf")
            log.entry("test.evidence", subject=f"evidence:{kept.digest}", body={"digest": kept.digest})
        return kept

    def test_a_kept_file_is_named_by_its_sha256_and_read_back(self, act_for):
        kept = self.store(act_for("owner"), b"scan report")
        assert kept.digest == hashlib.sha256(b"scan report").hexdigest()
        assert kept.name == "report.pdf"
        assert evidence_read(kept.digest) == b"scan report"

    def test_the_same_content_brought_twice_is_kept_once(self, act_for):
        assert self.store(act_for("owner"), b"same").digest == self.store(act_for("owner"), b"same").digest
        folder = evidence_path(hashlib.sha256(b"same").hexdigest()).parent
        assert len(list(folder.glob(hashlib.sha256(b"same").hexdigest()))) == 1

    def test_files_stored_together_are_all_kept_in_order_and_once(self, act_for):
        files = [
            Incoming(content=content, name=f"{n}.txt", media_type="text/plain")
            for n, content in enumerate((b"one", b"two", b"one"))
        ]
        with writing(act_for("owner")) as log:
            kept = evidence_store_all(log=log, files=files)
            log.entry("test.evidence", subject="evidence:many", body={"digests": [file.digest for file in kept]})
        assert [evidence_read(file.digest) for file in kept] == [b"one", b"two", b"one"]
        assert [file.name for file in kept] == ["0.txt", "1.txt", "2.txt"]
        assert Evidence.objects.filter(digest__in=[file.digest for file in kept]).count() == 2

    def test_a_disk_that_refuses_is_named_and_nothing_is_noted(self, act_for, settings, tmp_path):
        (tmp_path / "evidence").write_bytes(b"a file where the folder should be")
        settings.RELIGHT_HOME = tmp_path
        with pytest.raises(PeerError, match="RL-JNL-003"), writing(act_for("owner")) as log:
            evidence_store_all(log=log, files=[Incoming(content=b"x", name="x.txt", media_type="text/plain")])
        assert not Evidence.objects.exists()

    def test_an_altered_file_is_refused_when_read(self, act_for):
        kept = self.store(act_for("owner"), b"genuine")
        evidence_path(kept.digest).write_bytes(b"forged!")
        with pytest.raises(RuleError) as refusal:
            evidence_read(kept.digest)
        assert refusal.value.code == "RL-JNL-002"

    @pytest.mark.parametrize("digest", ["0" * 64, "../../secret.key", "x" * 64, ""])
    def test_what_is_not_there_or_is_no_digest_is_missing(self, digest):
        with pytest.raises(MissingError) as refusal:
            evidence_read(digest)
        assert refusal.value.code == "RL-JNL-001"
