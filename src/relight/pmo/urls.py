"""Addresses of the restart office, mounted under `/plan/`."""

from django.urls import path

from relight.pmo.views import decisions, ledger, plan, problems, reports, tasks

app_name = "pmo"
urlpatterns = [
    path("", plan.plan, name="plan"),
    path("make/", plan.make, name="make"),
    path("<uuid:plan>/publish/", plan.publish, name="publish"),
    path("order/", decisions.decisions, name="decisions"),
    path("order/board/", decisions.board, name="board"),
    path("order/<int:number>/", decisions.decision, name="decision"),
    path("order/<int:number>/sign/", decisions.sign, name="decision-sign"),
    path("order/<int:number>/withdraw/", decisions.withdraw, name="decision-withdraw"),
    path("tasks/", tasks.tasks, name="tasks"),
    path("tasks/add/", tasks.add, name="task-add"),
    path("tasks/import/", tasks.take_in, name="tasks-import"),
    path("tasks/file/<str:shape>/", tasks.give_out, name="tasks-file"),
    path("tasks/<int:number>/take/", tasks.take, name="task-take"),
    path("tasks/<int:number>/end/", tasks.end, name="task-end"),
    path("gantt/", tasks.chart, name="gantt"),
    path("meeting/", tasks.meeting, name="meeting"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/add/", ledger.add, name="ledger-add"),
    path("ledger/<int:number>/withdraw/", ledger.withdraw, name="ledger-withdraw"),
    path("risks/", ledger.risks, name="risks"),
    path("risks/add/", ledger.add_risk, name="risk-add"),
    path("risks/<int:number>/change/", ledger.change_risk, name="risk-change"),
    path("problems/", problems.problems, name="problems"),
    path("problems/report/", problems.report, name="report"),
    path("problems/mine/", problems.reported, name="mine"),
    path("problems/told/", problems.told, name="told"),
    path("problems/<int:number>/", problems.problem, name="problem"),
    path("problems/<int:number>/take/", problems.take, name="problem-take"),
    path("problems/<int:number>/note/", problems.note, name="problem-note"),
    path("reports/", reports.reports, name="sitreps"),
    path("reports/draw/", reports.draw, name="sitrep-draw"),
    path("reports/draft/", reports.draft, name="sitrep-draft"),
    path("reports/draft/write/", reports.write, name="sitrep-write"),
    path("reports/draft/approve/", reports.approve, name="sitrep-approve"),
    path("reports/draft/file/<str:shape>/", reports.draft_paper, name="sitrep-draft-file"),
    path("reports/<int:number>/", reports.report, name="sitrep"),
    path("reports/<int:number>/file/<str:shape>/", reports.report_paper, name="sitrep-file"),
]
