"""A site as it is after years: copies of the starter content, signed, with drafts, history and counts (PostgreSQL).

A copy is a topic of its own: what its pages refer to is that topic's, its signatures stand for its own texts and go on
in the same chains. `audit_releases` finds nothing wrong with the result.
"""

import copy
import json
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection, models, transaction
from wagtail.models import Page, Revision

from review.enums import UseKind
from review.fingerprint import content_hash, of_content
from review.models import Release, SignOff, Standing, Submission, Use
from review.models.evidence import GENESIS, Chained, ChainHead
from tests.row_templates import NAME, Marker, filled
from triage.counts import sum_up

# Contraindications stay the same ones: massage with a second set of them would contradict massage.
KINDS = (
    "findingpage", "termpage", "carerulepage", "sourcepage", "causepage", "claimpage", "techniquepage", "bodysitepage",
    "guidepage",
)  # fmt: skip
# What belongs to pages and differs in nothing else: (table, columns that change, as SQL over the old row t and m).
OF_PAGES = (
    ("wagtailcore_referenceindex", "t.object_id = m.old::text AND t.base_content_type_id = {page}", {
        "object_id": "m.new::text",
        "to_object_id": "coalesce((SELECT o.new::text FROM moved o WHERE o.old::text = t.to_object_id"
                        " AND t.to_content_type_id = {page}), t.to_object_id)"}),
    ("wagtailsearch_indexentry", "t.object_id = m.old::text", {"object_id": "m.new::text"}),
    ("portal_searchentry", "t.page_id = m.old", {"page_id": "m.new"}),
    ("portal_searchphrase", "t.entry_id = m.old", {
        "entry_id": "m.new",
        "shown": "CASE t.weight WHEN 10 THEN left(t.shown, 280) || ' {name}' ELSE t.shown END",
        "words": "CASE t.weight WHEN 10 THEN left(t.words, 280) || ' {name}' ELSE t.words END",
        "stems": "CASE t.weight WHEN 10 THEN left(t.stems, 280) || ' {name}' ELSE t.stems END",
        "telling": "t.telling + (t.weight = 10)::int", "bare": "t.bare + (t.weight = 10)::int"}),
    (
        "portal_searchword",
        (
            "t.entry_id = m.old JOIN portal_searchphrase o ON o.id = t.phrase_id JOIN portal_searchphrase n"
            " ON n.entry_id = m.new AND n.words ="
            " CASE o.weight WHEN 10 THEN left(o.words, 280) || ' {name}' ELSE o.words END"
        ),
        {"phrase_id": "n.id", "entry_id": "m.new"},
    ),
    ("review_submission", "t.page_id = m.old AND t.state = 'released'", {
        "id": "m.submission", "page_id": "m.new", "title": "t.title || ' {name}'", "revision_id": "m.revision",
        "fingerprint": "m.mark", "content_hash": "m.hash", "touched": "'[]'::jsonb"}),
    ("review_event", "t.page_id = m.old", {"page_id": "m.new", "submission_id": "m.submission"}),
    ("wagtailcore_pagelogentry", "t.page_id = m.old", {
        "page_id": "m.new", "revision_id": "CASE WHEN t.revision_id IS NULL THEN NULL ELSE m.revision END",
        "uuid": "NULL"}),
    ("articles_causepage_sites", "t.causepage_id = m.old", {
        "causepage_id": "m.new",
        "bodysitepage_id": "coalesce((SELECT o.new FROM moved o WHERE o.old = t.bodysitepage_id), t.bodysitepage_id)"}),
)  # fmt: skip


def name_of(topic: int) -> str:
    """Return the word that tells a topic from the others."""
    return "kal" + "".join("aeiourlmnt"[int(digit)] for digit in f"{topic:03}")


@transaction.atomic
def add_topics(topics: int) -> None:
    """Write so many copies of the starter content; needs a superuser of PostgreSQL."""
    with connection.cursor() as cursor:
        # Signatures and foreign keys are right as they are written here; the audit proves it.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")
        cursor.execute(
            "CREATE TEMPORARY TABLE moved (old int, new int, submission bigint, revision int, mark text, hash text)"
            " ON COMMIT DROP"
        )
        site = _Filling(cursor)
        for topic in range(1, topics + 1):
            site.add(name_of(topic))
        site.finish()


class _Filling:
    """The database while topics are added to it."""

    def __init__(self, cursor: Any) -> None:
        self.cursor = cursor
        rows = Page.objects.live().filter(content_type__model__in=KINDS).order_by("path")
        self.originals: list[Any] = list(rows.specific(defer=False))
        self.parents = {page.path: page for page in Page.objects.filter(depth=3)}
        self.standings = Standing.objects.in_bulk()
        by_hash = {row.hash: row for row in SignOff.objects.all()}
        self.signed = {pk: [by_hash[one] for one in row.sign_offs] for pk, row in self.standings.items()}
        self.releases = {row.hash: row for row in Release.objects.all()}
        self.uses: dict[int, list[Use]] = {}
        for use in Use.objects.all():
            self.uses.setdefault(use.user_page_id, []).append(use)
        self.heads = {row.name: row for row in ChainHead.objects.all()}
        self.base_type = ContentType.objects.get_for_model(Page).pk
        tops = (model.objects.aggregate(top=models.Max("pk"))["top"] for model in (Page, Submission, Revision))
        self.page_id, self.submission_id, self.revision_id = (top + 1 for top in tops)
        marker = Marker({page.pk for page in self.originals})
        self.templates = {page.pk: self._template(page, marker) for page in self.originals}

    def _template(self, page: Any, marker: Marker) -> str:
        model = type(page)
        columns = {field.column: field for field in model._meta.local_concrete_fields}
        fields = {field.name: field for field in model._meta.get_fields() if isinstance(field, models.Field)}
        revision = Revision.objects.get(pk=self.standings[page.pk].revision_id)
        signed = self.signed[page.pk][0].content
        row = {name: marker.field(columns[name], value) for name, value in self._row(model, page.pk).items()}
        governed, draft = (
            {n: marker.field(fields.get(n), v) for n, v in d.items()} for d in (signed, revision.content)
        )
        base = self._row(Page, page.pk)
        for data in (governed, draft, base):
            data |= {"title": f"{page.title} {NAME}", "slug": f"{page.slug}-{NAME}"}
        for data in (governed, draft, row):
            # the checks are not copied, and a guide that leads to one shows the rules of that one
            if "check_key" in data:
                data["check_key"] = ""
        base["draft_title"] = draft["draft_title"] = base["title"]
        whole = {"page": base, "row": row, "content": governed, "draft": draft, "made": revision.created_at}
        return json.dumps(whole, default=str, ensure_ascii=False)

    def _row(self, model: type[models.Model], pk: int) -> dict[str, Any]:
        key: Any = model._meta.pk
        self.cursor.execute(f'SELECT * FROM "{model._meta.db_table}" WHERE "{key.column}" = %s', [pk])  # noqa: S608
        return dict(zip((column.name for column in self.cursor.description), self.cursor.fetchone(), strict=True))

    def add(self, name: str) -> None:
        """Write one more topic."""
        ids = {page.pk: self.page_id + n for n, page in enumerate(self.originals)}
        found = {page.pk: filled(self.templates[page.pk], name, ids) for page in self.originals}
        marks = {page.pk: of_content(found[page.pk]["content"], page._meta.label_lower) for page in self.originals}
        moved = {}
        for n, page in enumerate(self.originals):
            self._place(found[page.pk], page, ids[page.pk], self.revision_id + n)
            hashed = content_hash(found[page.pk]["draft"])
            moved[page.pk] = (
                page.pk,
                ids[page.pk],
                self.submission_id + n,
                self.revision_id + n,
                marks[page.pk],
                hashed,
            )
        self._copy("wagtailcore_page", [one["page"] for one in found.values()])
        for model in {type(page) for page in self.originals}:
            some = [found[page.pk]["row"] for page in self.originals if type(page) is model]
            self._copy(model._meta.db_table, some)
        self._copy("wagtailcore_revision", [one["revision"] for one in found.values()])
        self._evidence(found, moved)
        self._spread(moved.values(), name)
        self.page_id += len(ids)
        self.submission_id += len(ids)
        self.revision_id += len(ids)

    def _place(self, one: dict[str, Any], page: Any, pk: int, revision: int) -> None:
        """Give a copy its place in the tree, its ids and its revision."""
        parent = self.parents[page.path[: -Page.steplen]]
        parent.numchild += 1
        path = Page._get_path(parent.path, parent.depth + 1, parent.numchild)
        place = {
            "path": path,
            "url_path": f"{parent.url_path}{one['page']['slug']}/",
            "translation_key": str(uuid.uuid4()),
        }
        one["page"] |= place | {"id": pk, "live_revision_id": revision, "latest_revision_id": revision}
        one["row"]["page_ptr_id"] = pk
        one["draft"] |= place | {"pk": pk}
        one["revision"] = {
            "id": revision, "created_at": one["made"], "content": json.dumps(one["draft"], ensure_ascii=False),
            "approved_go_live_at": None, "object_id": str(pk), "user_id": page.owner_id,
            "content_type_id": page.content_type_id, "base_content_type_id": self.base_type,
            "object_str": one["page"]["title"],
        }  # fmt: skip

    def _evidence(self, found: Mapping[int, Any], moved: Mapping[int, tuple[Any, ...]]) -> None:
        """Sign and release the pages of a topic, as their originals were."""
        sign_offs: list[SignOff] = []
        releases: list[Release] = []
        standings, uses = [], []
        for old, (_, new, submission, revision, mark, hashed) in moved.items():
            one, standing = found[old], self.standings[old]
            own = {
                "page_id": new, "page_key": one["page"]["translation_key"], "title": one["page"]["title"],
                "url_path": one["page"]["url_path"], "revision_id": revision, "fingerprint": mark,
            }  # fmt: skip
            given = []
            for row in self.signed[old]:
                shown = dict(self._shown(key, value, moved) for key, value in row.manifest.items())
                more = {"submission_id": submission, "content_hash": hashed, "content": one["content"],
                        "manifest": shown,
                        "touched": [moved[pk][1] if pk in moved else pk for pk in row.touched]}  # fmt: skip
                given.append(self._chained(row, own | more, given[-1].hash if given else GENESIS))
            signers = [row.public() for row in given]
            entry = self._chained(self.releases[standing.release_hash], own | {"signers": signers}, GENESIS)
            touched = [moved[pk][1] if pk in moved else pk for pk in standing.touched]
            base = standing.base | {name: one["page"][name] for name in ("title", "slug")}
            standings.append(_changed(standing, {
                "page_id": new, "release_hash": entry.hash, "sign_offs": [row.hash for row in given], "base": base,
                "revision_id": revision, "fingerprint": mark, "touched": touched, "signers": signers,
            }))  # fmt: skip
            uses += [self._used(use, new, moved) for use in self.uses.get(old, [])]
            sign_offs += given
            releases.append(entry)
        for rows in (sign_offs, releases, standings, uses):
            self._copy_models(rows)

    @staticmethod
    def _shown(key: str, mark: str, moved: Mapping[int, tuple[Any, ...]]) -> tuple[str, str]:
        kind, _, used = key.partition(":")
        if kind == UseKind.PAGE and int(used) in moved:
            return f"{kind}:{moved[int(used)][1]}", moved[int(used)][4]
        return key, mark

    def _used(self, use: Use, page: int, moved: Mapping[int, tuple[Any, ...]]) -> Use:
        key, mark = self._shown(f"{use.kind}:{use.used}", use.mark, moved)
        return _changed(use, {"user_page_id": page, "used": key.partition(":")[2], "mark": mark})  # type: ignore[no-any-return]

    def _chained(self, row: Chained, values: dict[str, Any], before: str) -> Any:
        """Return a row at the end of its chain."""
        head = self.heads[row._meta.model_name or ""]
        made = _changed(row, values | {"number": head.number + 1, "previous": head.hash, "previous_of_page": before})
        made.hash = made.computed_hash()
        head.number, head.hash = made.number, made.hash
        return made

    def _spread(self, moved: Iterable[tuple[Any, ...]], name: str) -> None:
        """Copy what belongs to pages inside the database."""
        self.cursor.execute("TRUNCATE moved")
        with self.cursor.cursor.copy("COPY moved FROM STDIN") as out:
            for row in moved:
                out.write_row(row)
        self.cursor.execute("ANALYZE moved")
        for table, join, changes in OF_PAGES:
            insert(self.cursor, table, f"JOIN moved m ON {join}", changes, page=str(self.base_type), name=name)
        # the topic's own word, which its titles have besides
        self.cursor.execute(
            "INSERT INTO portal_searchword (phrase_id, entry_id, word, stem, weight, is_telling, is_minor)"
            " SELECT n.id, n.entry_id, %s, %s, n.weight, true, false FROM portal_searchphrase n"
            " JOIN moved m ON m.new = n.entry_id WHERE n.weight = 10",
            [name, name],
        )

    def _copy(self, table: str, rows: list[dict[str, Any]]) -> None:
        names = list(rows[0])
        columns = ", ".join(f'"{name}"' for name in names)
        with self.cursor.cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as out:
            for row in rows:
                out.write_row([row[name] for name in names])

    def _copy_models(self, rows: list[Any]) -> None:
        fields = [f for f in rows[0]._meta.concrete_fields if f.column != "id"]
        columns = ", ".join(f'"{f.column}"' for f in fields)
        with self.cursor.cursor.copy(f'COPY "{rows[0]._meta.db_table}" ({columns}) FROM STDIN') as out:
            for row in rows:
                out.write_row([f.get_db_prep_save(f.value_from_object(row), connection) for f in fields])

    def finish(self) -> None:
        """Write down where the chains end and how many pages each list has; later rows get later numbers."""
        for head in self.heads.values():
            self.cursor.execute(
                "UPDATE review_chainhead SET number = %s, hash = %s WHERE name = %s",
                [head.number, head.hash, head.name],
            )
        for parent in self.parents.values():
            self.cursor.execute("UPDATE wagtailcore_page SET numchild = %s WHERE id = %s", [parent.numchild, parent.pk])
        for statement in connection.ops.sequence_reset_sql(no_style(), [Page, Revision, Submission]):
            self.cursor.execute(statement)


def _changed(row: Any, values: Mapping[str, Any]) -> Any:
    made = copy.copy(row)
    for name, value in values.items():
        setattr(made, name, value)
    return made


def insert(cursor: Any, table: str, joined: str, changes: Mapping[str, str], **names: str) -> None:
    """Add rows to a table that are those of the table itself, joined with something, but for some columns."""
    cursor.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s AND table_schema = current_schema() ORDER BY ordinal_position", [table],
    )  # fmt: skip
    columns = [name for (name,) in cursor.fetchall() if name != "id" or "id" in changes]
    taken = ", ".join(changes.get(name, f't."{name}"') for name in columns)
    into = ", ".join(f'"{name}"' for name in columns)
    statement = f'INSERT INTO "{table}" ({into}) SELECT {taken} FROM "{table}" t {joined}'  # noqa: S608  # our own
    for key, value in names.items():
        statement = statement.replace("{" + key + "}", value)
    cursor.execute(statement)


@transaction.atomic
def add_years(*, counts: int) -> None:
    """Give every page nine older drafts and their history, let a tenth be in review, count what readers did."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        nine, days = "CROSS JOIN generate_series(1, 9) g", "interval '30 days' * g"
        insert(cursor, "wagtailcore_revision", nine, {"created_at": f"t.created_at - {days}"})
        insert(cursor, "wagtailcore_pagelogentry", f"{nine} WHERE t.action = 'wagtail.edit'",
               {"timestamp": f"t.timestamp - {days}", "uuid": "NULL", "revision_id": "NULL"})  # fmt: skip
        for day, rest in ((-20, 0), (20, 1)):
            cursor.execute(
                "UPDATE review_standing SET due_on = current_date + %s WHERE page_id %% 40 = %s", [day, rest]
            )
        _in_review(cursor)
        cursor.execute(
            "INSERT INTO review_concern (page_id, page_title, block, text, fingerprint, state, harm, raised_at, due_at,"
            " answer) SELECT page_id, base->>'title', '', 'This did not help me.', fingerprint, 'open', '',"
            " now(), now() + interval '1 day', '' FROM review_standing WHERE page_id % 100 = 0"
        )
        cursor.execute(
            "INSERT INTO triage_daycount (protocol, version, day, event, detail, count) SELECT"
            " (ARRAY['calf', 'pregnancy'])[1 + g %% 2], 'v' || (g / 2 %% 3), current_date - g / 60, 'reached',"
            " 'level-' || (g / 6 %% 10), g %% 50 FROM generate_series(0, %s) g", [counts - 1],
        )  # fmt: skip
    sum_up()


def _in_review(cursor: Any) -> None:
    """Put every tenth page into the review, and into the workflow that Wagtail's own screens show."""
    insert(cursor, "review_submission", "WHERE t.state = 'released' AND t.page_id % 10 = 3", {
        "state": "'in_review'", "submitted_at": "now() - interval '1 day' * (t.page_id % 30)", "closed_at": "NULL",
    })  # fmt: skip
    cursor.execute(
        "INSERT INTO wagtailcore_workflowstate (status, created_at, object_id, requested_by_id, workflow_id,"
        " content_type_id, base_content_type_id) SELECT 'in_progress', s.submitted_at, s.page_id, s.submitted_by_id,"
        " w.workflow_id, p.content_type_id, c.id FROM review_submission s JOIN wagtailcore_page p ON p.id = s.page_id"
        " JOIN wagtailcore_workflowpage w ON true JOIN django_content_type c ON c.app_label = 'wagtailcore'"
        " AND c.model = 'page' WHERE s.state = 'in_review'"
    )
    cursor.execute(
        "INSERT INTO wagtailcore_taskstate (status, started_at, comment, content_type_id, revision_id, task_id,"
        " workflow_state_id) SELECT 'in_progress', w.created_at, '', c.id, p.latest_revision_id, t.task_id, w.id"
        " FROM wagtailcore_workflowstate w JOIN wagtailcore_page p ON p.id = w.object_id::int"
        " JOIN wagtailcore_workflowtask t ON t.workflow_id = w.workflow_id JOIN django_content_type c"
        " ON c.app_label = 'wagtailcore' AND c.model = 'taskstate' WHERE w.current_task_state_id IS NULL"
    )
    cursor.execute(
        "UPDATE wagtailcore_workflowstate w SET current_task_state_id = t.id FROM wagtailcore_taskstate t"
        " WHERE t.workflow_state_id = w.id"
    )
