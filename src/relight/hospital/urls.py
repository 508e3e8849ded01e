"""Addresses of the hospital, mounted under `/dependencies/`."""

from django.urls import path

from relight.hospital import views

app_name = "hospital"
urlpatterns = [
    path("", views.index, name="index"),
    path("zones/", views.zones, name="zones"),
    path("zones/<slug:site>/build/", views.zone_build, name="zone-build"),
    path("zones/<slug:site>/sign/", views.zone_sign, name="zone-sign"),
    path("zones/<slug:site>/close/", views.zone_close, name="zone-close"),
    path("load/", views.load, name="load"),
    path("load/confirm/", views.load_confirm, name="load-confirm"),
    path("<str:id>/", views.node, name="node"),
    path("<str:id>/accept/", views.accept, name="accept"),
    path("<str:id>/withdraw/", views.withdraw, name="withdraw"),
]
