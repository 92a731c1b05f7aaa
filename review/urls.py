"""Addresses of the review room."""

from django.urls import path

from review.api import decisions, items
from review.views import bulk, focus, history

urlpatterns = [
    path("api/v1/review/items/", items.ItemsView.as_view(), name="api_review_items"),
    path("api/v1/review/items/<id:pk>", items.ItemView.as_view(), name="api_review_item"),
    path(
        "api/v1/review/items/<id:pk>/lease", items.ItemLeaseView.as_view(), name="api_review_take"
    ),
    path(
        "api/v1/review/items/<id:pk>/decide",
        decisions.ItemDecideView.as_view(),
        name="api_review_decide",
    ),
    path("api/v1/review/lease", items.LeaseView.as_view(), name="api_review_lease"),
    path("api/v1/review/decisions/", decisions.DecisionsView.as_view(), name="api_decisions"),
    path(
        "api/v1/review/decisions/<id:pk>/undo",
        decisions.DecisionUndoView.as_view(),
        name="api_decision_undo",
    ),
    path("review/", focus.focus, name="review"),
    path("review/<int:pk>", focus.item, name="review_item"),
    path("review/<int:pk>/decide", focus.decide_item, name="review_decide"),
    path("review/lease", focus.lease, name="review_lease"),
    path("review/heartbeat", focus.heartbeat, name="review_heartbeat"),
    path("review/release", focus.release, name="review_release"),
    path("review/count", focus.count, name="review_count"),
    path("review/decisions/<int:pk>/undo", focus.undo_decision, name="review_undo"),
    path("review/bulk", bulk.bulk, name="review_bulk"),
    path("review/bulk/decide", bulk.decide_many, name="review_bulk_decide"),
    path("review/bulk/undo", bulk.undo_many, name="review_bulk_undo"),
    path("review/history", history.decisions, name="decisions"),
    path("review/assets/<int:pk>", history.asset_decisions, name="asset_decisions"),
]
