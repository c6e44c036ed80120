from django.urls import path

from lms.dashboard import views

app_name = "dashboard"
urlpatterns = [path("la-mia-pagina/", views.home, name="home")]
