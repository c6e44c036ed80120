from django.urls import path

from lms.accounts.views import entrance, invitation, people, profile

app_name = "accounts"

urlpatterns = [
    path("profilo/", profile.profile, name="profile"),
    path("profilo/consensi/", profile.consents, name="consents"),
    path("profilo/informativa/", profile.accept_required, name="accept_required"),
    path("profilo/i-miei-dati/", profile.my_data, name="my_data"),
    path("profilo/cancellazione/", profile.erasure, name="erasure"),
    path("persone/", people.people, name="people"),
    path("persone/invita/", people.invite, name="invite"),
    path("persone/invito/<str:token>/", invitation.invitation, name="invitation"),
    path("persone/inviti/<int:pk>/revoca/", people.revoke, name="revoke_invitation"),
    path("persone/<int:pk>/", people.person, name="person"),
    path("persone/<int:pk>/ruoli/", people.change_role, name="change_role"),
    path("persone/<int:pk>/accesso/", people.change_access, name="change_access"),
]

# Without the namespace: settings and other packages name it so.
landing_urlpatterns = [path("inizio/", entrance.landing, name="landing")]

# Before Wagtail's include: the site has one login.
admin_urlpatterns = [
    path("admin/login/", entrance.admin_gate, name="admin_gate"),
    path("admin/logout/", entrance.admin_logout, name="admin_logout"),
]

# Before Wagtail's include, with the prefix: its login knows neither second factor nor limits.
page_login_urlpatterns = [path("_util/login/", entrance.page_login, name="page_login")]
