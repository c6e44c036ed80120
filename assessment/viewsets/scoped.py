"""What all of these viewsets share: a row out of a person's reach does not exist for them.

Wagtail's generic views ask the permission policy about the model, hardly ever about the row. `Scoped`
closes that: it stands before every view of these viewsets, lists included, as `RowsInReach` before every
view of their choosers.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction
from wagtail.snippets.views import snippets
from wagtail.snippets.views.snippets import SnippetViewSet

from assessment.models import Assessment, Attempt, Question, QuestionBank
from assessment.rules import Authored, in_use
from cms.viewsets import ChooseOnlyViewSet, QuietViewSet, behind
from curriculum.models import Course


class Scoped:
    """Mixed in before every view: a row that the person may not see does not exist for them."""

    def dispatch(self, request, *args, **kwargs):
        if "pk" not in kwargs:
            return super().dispatch(request, *args, **kwargs)
        row = self._row_in_reach(kwargs["pk"])
        action = getattr(self, "permission_required", None)
        if action == "delete" and isinstance(row, Authored) and in_use(row):
            messages.error(
                request,
                _("“%(name)s” is in use and is kept: attempts and quizzes rest on it.")
                % {"name": row},
            )
            return redirect(self.index_url_name)
        if action and not self.permission_policy.user_has_permission_for_instance(
            request.user, action, row
        ):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def _row_in_reach(self, pk):
        policy = self.permission_policy
        rows = policy.instances_user_has_any_permission_for(self.request.user, ["view"])
        row = rows.filter(pk=pk).first()
        if row is None:
            raise Http404
        return row

    def get_base_queryset(self):
        # The history and usage views list something else than rows of the model.
        rows = super().get_base_queryset()
        return rows.visible_to(self.request.user) if rows.model is self.model else rows


class RowsInReach:
    """The choosing window lists the rows that the person may see."""

    def get_object_list(self):
        return self.model_class.objects.visible_to(self.request.user)

    def get_object(self, pk):
        return self.get_object_list().get(pk=pk)

    def get_objects(self, pks):
        return self.get_object_list().filter(pk__in=pks)


class ScopedChooserViewSet(ChooseOnlyViewSet):
    reach = RowsInReach

    def construct_view(self, view_class, **kwargs):
        return super().construct_view(behind(self.reach, view_class), **kwargs)


class ScopedViewSet(QuietViewSet, SnippetViewSet):
    copy_view_enabled = False
    chooser_viewset_class = ScopedChooserViewSet

    def construct_view(self, view_class, **kwargs):
        return super().construct_view(behind(Scoped, view_class), **kwargs)


class DeleteWithinReach(DeleteBulkAction):
    """Wagtail's action names, in its confirmation, the rows that may not be deleted: only those in reach."""

    models = [QuestionBank, Question, Assessment, Attempt]

    def get_actionable_objects(self):
        rows, rest = super().get_actionable_objects()
        named = [row.pk for row in rest["items_with_no_access"]]
        reach = self.model.objects.visible_to(self.request.user).filter(pk__in=named)
        return rows, {"items_with_no_access": list(reach)}


def with_course_title(rows, path: str):
    """The rows with `course_title`: the Italian title of the course that `path` leads to."""
    course = Course.objects.filter(
        translation_key=OuterRef(path), locale__language_code="it"
    ).values("title")[:1]
    return rows.annotate(course_title=Subquery(course))


class OfCourseIndexView(snippets.IndexView):
    """The list of what belongs to a course by its `course_key`."""

    def get_base_queryset(self):
        return with_course_title(super().get_base_queryset(), "course_key")
