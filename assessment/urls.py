from django.urls import path

from assessment import views

app_name = "assessment"
urlpatterns = [
    path("edizioni/<str:code>/verifiche/<int:pk>/", views.detail, name="detail"),
    path("verifiche/tentativi/<int:pk>/", views.attempt, name="attempt"),
    path("verifiche/tentativi/<int:pk>/risposte/", views.autosave, name="autosave"),
    path("verifiche/tentativi/<int:pk>/consegna/", views.submit, name="submit"),
    path("verifiche/tentativi/<int:pk>/esito/", views.result, name="result"),
]
