"""Expands calendars with recurring_ical_events, and reads our feeds with icalendar.

Reads a list of questions as JSON from stdin and writes the list of answers.
"""

import datetime
import json
import sys
import zoneinfo

import icalendar
import recurring_ical_events


def instant(value, zone):
    """An instant as minutes since 1970; a day begins at midnight of the zone."""
    if not isinstance(value, datetime.datetime):
        value = datetime.datetime(value.year, value.month, value.day)
    if value.tzinfo is None:
        value = value.replace(tzinfo=zone)
    return int(value.timestamp()) // 60


def expand(question):
    zone = zoneinfo.ZoneInfo(question["zone"])
    start, end = (
        datetime.datetime.fromtimestamp(question[key] * 60, datetime.timezone.utc) for key in ("from", "to")
    )
    calendar = icalendar.Calendar.from_ical(question["ics"])
    events = recurring_ical_events.of(calendar).between(start, end)
    spans = set()
    for event in events:
        free = event.get("TRANSP") == "TRANSPARENT" or event.get("STATUS") == "CANCELLED"
        span = (instant(event["DTSTART"].dt, zone), instant(event["DTEND"].dt, zone))
        if not free and span[0] < span[1]:
            spans.add(span)
    return sorted(spans)


def describe(question):
    calendar = icalendar.Calendar.from_ical(question["ics"])
    return [
        [
            str(event["UID"]),
            int(event["SEQUENCE"]),
            str(event["STATUS"]),
            str(event["SUMMARY"]),
            instant(event["DTSTART"].dt, datetime.timezone.utc),
            instant(event["DTEND"].dt, datetime.timezone.utc),
            len(event.errors),
        ]
        for event in calendar.walk("VEVENT")
    ]


answers = [describe(one) if one["read"] else expand(one) for one in json.load(sys.stdin)]
json.dump(answers, sys.stdout)
