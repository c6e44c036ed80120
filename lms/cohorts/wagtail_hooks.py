"""Where cohorts meet the Wagtail admin."""

from django.http import Http404
from django.urls import include, path, reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from lms.accounts.choices import Role
from lms.cohorts.rules import may_fetch
from lms.cohorts.views import planning, versions, workbench
from lms.cohorts.views.workbench import (
    application,
    application_form,
    applications,
    enrolments,
    fees,
    overview,
    ranking,
    rosters,
    selection,
    sessions,
    staff,
    waiting,
    ways_in,
)
from lms.cohorts.viewsets import CohortGroup
from lms.core.audit import name_log_actions

name_log_actions(
    {
        "cohorts.open": (_("Open"), _("Cohort opened")),
        "cohorts.cancel": (_("Cancel"), _("Cohort cancelled")),
        "cohorts.pin_language": (_("Add language"), _("Language added to the syllabus")),
        "cohorts.bring_in": (_("Bring versions in"), _("Newer versions of lessons brought in")),
        "cohorts.override_phase": (_("Set the state"), _("State set by hand")),
        "cohorts.lift_override": (_("Back to the dates"), _("State given back to the dates")),
        "cohorts.set_seats": (_("Change seats"), _("Seats changed")),
        "cohorts.assign_staff": (_("Assign staff"), _("Staff assigned")),
        "cohorts.end_staff": (_("End"), _("Last day on the staff set")),
        "cohorts.remove_staff": (_("Take away"), _("Taken off the staff")),
        "cohorts.apply": (_("Apply"), _("Application received")),
        "cohorts.change_form": (_("Change form"), _("Application form changed")),
        "cohorts.withdraw_application": (_("Take back"), _("Application taken back")),
        "cohorts.admit": (_("Admit"), _("Application admitted")),
        "cohorts.decline": (_("Decline"), _("Application declined")),
        "cohorts.waitlist": (_("Put in line"), _("Put on the waiting list")),
        "cohorts.decide": (_("Decide"), _("Applications decided")),
        "cohorts.offer_seat": (_("Offer a seat"), _("Seat offered")),
        "cohorts.answer_offer": (_("Answer an offer"), _("Offer of a seat answered")),
        "cohorts.close_waiting_list": (_("Close the list"), _("Waiting list closed")),
        "cohorts.set_selection_rules": (_("Change rules"), _("Rules of the selection changed")),
        "cohorts.save_criterion": (_("Save criterion"), _("Criterion of the rubric saved")),
        "cohorts.remove_criterion": (_("Remove criterion"), _("Criterion of the rubric removed")),
        "cohorts.order_criteria": (_("Order criteria"), _("Criteria put in order")),
        "cohorts.copy_rubric": (_("Copy rubric"), _("Rubric copied")),
        "cohorts.add_reader": (_("Add reader"), _("Reader added")),
        "cohorts.remove_reader": (_("Remove reader"), _("Reader removed")),
        "cohorts.assign_readers": (_("Assign readers"), _("Readings given to readers")),
        "cohorts.declare_conflict": (_("Declare conflict"), _("Conflict of interest declared")),
        "cohorts.submit_reading": (_("Hand in reading"), _("Reading handed in")),
        "cohorts.make_ranking": (_("Make ranking"), _("Ranking made")),
        "cohorts.enrol": (_("Enrol"), _("Person enrolled")),
        "cohorts.import_roster": (_("Import a roster"), _("Roster brought in")),
        "cohorts.export_enrolments": (_("Export"), _("List of enrolments exported")),
        "cohorts.make_key": (_("Make a key"), _("Enrolment key made")),
        "cohorts.renew_key_link": (_("Renew the link"), _("Link of a key renewed")),
        "cohorts.revoke_key": (_("Revoke"), _("Enrolment key revoked")),
        "cohorts.use_key": (_("Use a key"), _("Enrolled by a key")),
        "cohorts.give_seats": (_("Give seats"), _("Seats given to an organisation")),
        "cohorts.end_grant": (_("End"), _("An organisation’s seats ended")),
        "cohorts.invite_to_seats": (_("Invite"), _("An organisation invited its people")),
        "cohorts.take_back_seat": (_("Take back"), _("Invitation to a seat taken back")),
        "cohorts.accept_seat": (_("Accept"), _("An organisation’s seat accepted")),
        "cohorts.set_fee": (_("Set the fee"), _("Fee set")),
        "cohorts.add_band": (_("Add a band"), _("Bursary band added")),
        "cohorts.remove_band": (_("Remove a band"), _("Bursary band removed")),
        "cohorts.set_amount_due": (_("Set the amount"), _("Amount due set")),
        "cohorts.record_payment": (_("Record a payment"), _("Payment recorded")),
        "cohorts.correct_payment": (_("Correct a payment"), _("Payment corrected")),
        "cohorts.withdraw": (_("Withdraw"), _("Person withdrawn")),
        "cohorts.schedule_session": (_("Plan"), _("Session planned")),
        "cohorts.lay_sessions": (_("Plan"), _("Sessions planned")),
        "cohorts.move_sessions": (_("Move"), _("Sessions moved together")),
        "cohorts.rerun": (_("Repeat"), _("Made after another cohort")),
        "cohorts.move_session": (_("Move"), _("Session moved")),
        "cohorts.renew_feed": (_("Make address"), _("Calendar address made")),
        "cohorts.revoke_feed": (_("Take back"), _("Calendar address taken back")),
        "cohorts.release_module": (_("Set the opening"), _("Opening of a module set")),
        "cohorts.open_early": (_("Open early"), _("Module opened early for one person")),
        "cohorts.close_again": (_("Close again"), _("Module closed again for one person")),
        "cohorts.cancel_session": (_("Cancel"), _("Session cancelled")),
    }
)


@hooks.register("register_admin_viewset")
def register_viewsets():
    return CohortGroup()


@hooks.register("register_admin_urls")
def register_workbench():
    patterns = [
        path("<int:pk>/", overview.workbench, name="workbench"),
        path("<int:pk>/candidature/", applications.applications, name="applications"),
        path(
            "<int:pk>/candidature/<int:application_id>/",
            application.application,
            name="application",
        ),
        path("<int:pk>/domande/", application_form.application_form, name="application_form"),
        path("<int:pk>/domande/anteprima/", application_form.preview, name="form_preview"),
        path("<int:pk>/domande/<int:question_id>/", application_form.question, name="question"),
        path("interesse/", application.interests, name="interests"),
        path("<int:pk>/candidature/griglia/", selection.selection, name="selection"),
        path("<int:pk>/candidature/griglia/nuovo/", selection.criterion, name="criterion_add"),
        path(
            "<int:pk>/candidature/griglia/<int:criterion_id>/",
            selection.criterion,
            name="criterion",
        ),
        path("<int:pk>/candidature/graduatoria/", ranking.ranking, name="ranking"),
        path(
            "<int:pk>/candidature/graduatoria/<int:number>.csv",
            ranking.ranking_csv,
            name="ranking_csv",
        ),
        path("<int:pk>/candidature/decisioni/", ranking.decisions, name="decisions"),
        path("<int:pk>/candidature/lista-attesa/", waiting.waiting, name="waiting"),
        path("<int:pk>/iscrizioni/", enrolments.enrolments, name="enrolments"),
        path("<int:pk>/iscrizioni.csv", enrolments.export, name="enrolments_csv"),
        path("<int:pk>/ingressi/", ways_in.ways_in, name="ways_in"),
        path("<int:pk>/chiavi/<int:key_id>/", ways_in.key, name="key"),
        path("<int:pk>/elenco/", rosters.upload, name="roster_upload"),
        path("<int:pk>/elenco/modello.csv", rosters.template, name="roster_template"),
        path("<int:pk>/elenco/<int:roster_id>/", rosters.roster, name="roster"),
        path("<int:pk>/quote/", fees.fees, name="fees"),
        path("<int:pk>/quote/<int:enrolment_id>/", fees.enrolment_fee, name="enrolment_fee"),
        path("<int:pk>/ritiro/<int:enrolment_id>/", enrolments.withdrawal, name="withdrawal"),
        path("<int:pk>/incontri/", sessions.sessions, name="sessions"),
        path("<int:pk>/incontro/<int:session_id>/", sessions.session, name="session"),
        path("<int:pk>/pianificatore/", planning.planner, name="planner"),
        path("<int:pk>/sposta/", planning.move_all, name="move_all"),
        path("<int:pk>/ripeti/", planning.rerun, name="rerun"),
        path("<int:pk>/staff/", staff.staff, name="staff"),
        path("<int:pk>/staff/<int:row_id>/", staff.staff_row, name="staff_row"),
        path("<int:pk>/versioni/", versions.versions, name="versions"),
        path("<int:pk>/versioni/<int:pin_id>/", versions.difference, name="difference"),
        path("<int:pk>/azione/<slug:action>/", workbench.act, name="act"),
    ]
    return [path("edizioni/", include((patterns, "cohorts_admin")))]


@hooks.register("register_reports_menu_item")
def tell_who_waits():
    return WhoWaitsItem(
        _("Who waits for a course"), reverse_lazy("cohorts_admin:interests"), icon_name="mail"
    )


class WhoWaitsItem(MenuItem):
    def is_shown(self, request):
        return request.user.has_perm("cohorts.administer")


@hooks.register("construct_homepage_panels")
def tell_of_newer_versions(request, panels):
    panel = versions.NewerVersionsPanel(request)
    if panel.cohorts:
        panels.append(panel)


@hooks.register("before_serve_document", order=-10)
def keep_lessons_files_inside(document, request):
    """Before Wagtail's own check: who may not read a lesson is told that its file does not exist."""
    if not may_fetch(request.user, document):
        raise Http404


class SeatsMenuItem(MenuItem):
    """The seats that a manager's organisation may give, on a page of the site."""

    def is_shown(self, request):
        return request.user.has_role(Role.MANAGER) and not request.user.is_superuser

    def render_component(self, request):
        self.url = reverse("cohorts:grants")  # the prefix is that of the reader's language
        return super().render_component(request)


@hooks.register("register_admin_menu_item")
def seats_menu_item():
    return SeatsMenuItem(
        _("Seats of my organisation"), "#", name="my-seats", icon_name="home", order=215
    )
