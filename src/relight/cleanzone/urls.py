"""Addresses of the clean zone, mounted under `/zone/`."""

from django.urls import path

from relight.cleanzone import views

app_name = "cleanzone"
urlpatterns = [
    path("", views.flows, name="flows"),
    path("propose/", views.propose, name="propose"),
    path("add/", views.add, name="add"),
    path("sign/", views.sign, name="sign"),
    path("flows/<int:number>/", views.flow, name="flow"),
    path("flows/<int:number>/refuse/", views.refuse, name="refuse"),
    path("flows/<int:number>/close/", views.close, name="close"),
]
