"""Small drawings of the review pages."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from review.bulk import title_of
from review.models import Finding

register = template.Library()

LENGTH = 100  # of a bar, in its own units
ROOM = 1.25  # the larger of the two figures ends before the bar does


@register.simple_tag
def confidence_bar(confidence: float | None) -> SafeString:
    """Draw how sure the machine is, 0 to 1, as a bar."""
    width = round(max(0.0, min(1.0, confidence or 0.0)) * LENGTH, 1)
    return format_html(
        '<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="bar-ground" width="100" height="4" rx="2"></rect>'
        '<rect class="bar-fill" width="{}" height="4" rx="2"></rect></svg>',
        width,
    )


register.filter("finding_title", title_of)


@register.simple_tag
def gauge(finding: Finding) -> SafeString:
    """Draw what was measured against what is asked for; nothing where there are no two figures."""
    measured, threshold = finding.measured, finding.threshold
    if measured is None or threshold is None or measured < 0 or threshold <= 0:
        return SafeString("")
    scale = LENGTH / (max(measured, threshold) * ROOM)
    return format_html(
        '<svg class="gauge" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" '
        'aria-label="{}"><rect class="bar-ground" y="3" width="100" height="4"></rect>'
        '<rect class="gauge-fill" y="3" width="{}" height="4"></rect>'
        '<rect class="gauge-mark" x="{}" width="0.6" height="10"></rect></svg>',
        _("%(measured).4g measured, %(threshold).4g asked for")
        % {"measured": measured, "threshold": threshold},
        round(measured * scale, 1),
        round(threshold * scale, 1),
    )
