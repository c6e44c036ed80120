from django.urls import path

from lms.attendance import views

app_name = "attendance"
urlpatterns = [
    path("edizioni/<str:code>/incontri/<int:number>/registro/", views.register, name="register"),
    path("edizioni/<str:code>/presenze/", views.overview, name="overview"),
    path("edizioni/<str:code>/le-mie-presenze/", views.mine, name="mine"),
]
