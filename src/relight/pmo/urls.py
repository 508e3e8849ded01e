"""Addresses of the restart office, mounted under `/plan/`."""

from django.urls import path

from relight.pmo import views

app_name = "pmo"
urlpatterns = [
    path("", views.plan, name="plan"),
    path("make/", views.make, name="make"),
    path("<uuid:plan>/publish/", views.publish, name="publish"),
]
