"""`{% load relight %}`: the components of every page. See `/styleguide/` (DEBUG) for all of them at work.

States      {% state "up" %}  {% state unit.level %}  {% state m.stage label=_("word") %}  {% symbol "down" %}
            any Enum or word of ui.rules.STATES; colour + symbol + word. `size="large"` for page heads.
Times       {{ at|dday }} -> 14 nov. 05:10 · J+1   {{ at|dday_text }} the same without markup
            {{ at|ago }} -> 3 min ago   {{ span|duration }} -> 3 days 4 hours   {% day_chip 10 %}
            {% day_word 10 %} -> D+10
Numbers     {{ 12345|number }} -> 12 345   {{ 0.34|share }} -> 34 %   {{ 220|share_of:1500 }} -> 15 %
Icons       {% icon "machine" %}   (ui.icons.ICONS; decoration: write the word beside it)
Figures     {% figure value=220 label=_("Machines operational") of=3000 href=url definition=_("…") state="up" %}
            {% stats %}{% stat value=12 label=_("Waiting") href=url definition=_("…") state="degraded" %}{% endstats %}
            {% tip _("definition of the word") %}   {% progress value=40 max=100 label=_("Rows read") %}
            {% stacked shares label=_("Machines by state") %}   shares: list of ui.api.Share
Panels      {% panel _("Title") href=url link=_("All of them") id="x" live=True %}…{% endpanel %}
            {% notice "info|ok|warn|bad" _("Title") %}…{% endnotice %}   {% error_box error %} (an error document)
            {% empty_page _("No machine yet") text=_("Import …") href=url action=_("Import a list") icon="imports" %}
            {% disclosure _("More") open=False %}…{% enddisclosure %}
Navigation  {% crumb _("Line") url %} in block breadcrumb   {% button_link _("Import") url kind="primary" icon="plus" %}
            {% tabs _("Views of the line") %}{% tab _("Board") url current=True count=12 %}{% endtabs %}
Facts       {% facts %}{% fact _("Serial") %}{{ m.serial }}{% endfact %}{% endfacts %}  (an empty fact shows a dash)
Tables      with table = table_read(…).over(rows) of ui.api:
            {% filters table %}…fields…{% endfilters %}   {% table_tools table %} column choice, CSV
            (both hold a form of their own: put them before the bulk form, never inside it)
            {% table table caption=_("Machines") bulk=True %}{% for m in table.rows %}<tr data-href="{{ url }}">
              {% bulk_box m.id m.name %}{% cell table "name" head=True %}<a href="{{ url }}">…</a>{% endcell %}…</tr>
            {% endfor %}{% endtable %}{% pager table %}
            bulk: put the table in <form method="post" data-bulk>, with the buttons in
            {% bulk_bar %}<button name="do" value="move">…</button>{% endbulk_bar %}
            a plain table: <div class="table-scroll"><table class="table">…
Forms       {% error_summary form %}{% field form.name %}{% field form.kind hint=_("…") %}{% fields form %}
            {% buttons %}<button class="button primary">…</button>{% endbuttons %}
            data-draft="key" on <form> saves drafts; data-private on a field or around it keeps it out
            a scanner field: widget attrs {"data-scan": "", "autocomplete": "off"}
Lists       {% timeline %}{% moment at title by=name href=url state="up" %}…{% endmoment %}{% endtimeline %}
            {% board _("The line") %}{% board_column _("Seen") count=12 state="seen" href=url %}
              {% card _("PC-12") url state="seen" note="Arlon" %}{% endcard %}{% endboard_column %}{% endboard %}
            {% matrix matrix %}  a ui.api.Matrix of states
Confirm     render "ui/confirm.html" with heading, consequences (sentences), action, cancel (address), form, danger
Live        an element with an id and data-live is fetched again when something changed (panel live=True id="…")

Owns markup only. Refuses queries and rules.
"""

from __future__ import annotations

from django import template

from relight.ui.components import boards, fields, figures, listing, panels, words

register = template.Library()

for part in (words, figures, panels, listing, fields, boards):
    register.tags.update(part.register.tags)
    register.filters.update(part.register.filters)
