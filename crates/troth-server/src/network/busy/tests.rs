use super::*;

#[test]
fn only_addresses_that_everybody_can_reach_are_public() {
    for inside in [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "ff02::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2001::1",
        "64:ff9b::7f00:1",
        "3fff::1",
    ] {
        assert!(!is_public(inside.parse().unwrap()), "{inside}");
    }
    for outside in [
        "8.8.8.8",
        "172.32.0.1",
        "100.63.0.1",
        "192.0.1.1",
        "2606:4700::1111",
        "2a00:1450::1",
    ] {
        assert!(is_public(outside.parse().unwrap()), "{outside}");
    }
}

#[test]
fn an_address_is_https_of_the_usual_port_without_a_password_and_not_inside() {
    assert_eq!(
        check_address("https://calendar.example/x.ics?key=1", false),
        Ok(())
    );
    for wrong in [
        "http://calendar.example/x.ics",
        "https://calendar.example:8443/x.ics",
        "https://user:word@calendar.example/x.ics",
        "https://127.0.0.1/x.ics",
        "https://[::1]/x.ics",
        "https://[::ffff:169.254.169.254]/x.ics",
        "ftp://calendar.example/",
        "file:///etc/passwd",
        "/relative",
        "",
    ] {
        assert_eq!(
            check_address(wrong, false),
            Err(ProblemCode::AddressRefused),
            "{wrong}"
        );
    }
    assert_eq!(check_address("http://127.0.0.1:5232/x.ics", true), Ok(()));
    assert_eq!(
        check_address("file:///etc/passwd", true),
        Err(ProblemCode::AddressRefused)
    );
}

/// Answers one request of a loopback address with fixed bytes.
fn answering(answer: &'static [u8]) -> std::net::SocketAddr {
    use std::io::{Read as _, Write as _};

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = [0; 4096];
        let _count = stream.read(&mut asked).unwrap();
        stream.write_all(answer).unwrap();
    });
    address
}

fn wanted(address: &str, private: bool) -> Wanted {
    Wanted {
        address: address.to_owned(),
        time: FETCH_TIME,
        private,
    }
}

#[test]
fn a_name_that_leads_inside_is_not_asked() {
    // The name resolves to the loopback; the address itself says nothing of it.
    let inside = wanted("https://localhost/x.ics", false);
    assert_eq!(fetch(&inside), Err(ProblemCode::AddressRefused));
}

#[test]
fn a_redirect_is_refused_wherever_it_leads() {
    let address = answering(
        b"HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n",
    );
    let redirected = wanted(&format!("http://{address}/x.ics"), true);
    assert_eq!(fetch(&redirected), Err(ProblemCode::AddressRefused));
}

#[test]
fn a_calendar_of_an_allowed_address_says_when_and_nothing_else() {
    let address = answering(
        b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nBEGIN:VCALENDAR\r\nVERSION:2.0\r\n\
        BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260601T000000Z\r\nDTSTART:20260701T140000Z\r\n\
        DTEND:20260701T150000Z\r\nSUMMARY:Dentist\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    );
    let text = fetch(&wanted(&format!("http://{address}/x.ics"), true)).unwrap();
    let read = read(&text, Some("America/New_York"), Minute(29_700_000)).unwrap();
    assert_eq!(read.events, 1);
    let minutes: u32 = read.spans.iter().map(|span| span.to.0 - span.from.0).sum();
    assert_eq!(minutes, 60);
    assert!(!format!("{read:?}").contains("Dentist"));
}

#[test]
fn what_is_no_calendar_is_said_to_be_none() {
    let address = answering(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n<html>");
    let text = fetch(&wanted(&format!("http://{address}/"), true)).unwrap();
    let refused = read(&text, None, Minute(29_700_000));
    assert_eq!(refused, Err(ProblemCode::CalendarUnread));
}

#[test]
fn an_address_that_accepts_and_says_nothing_is_given_up_in_time() {
    // Bound and listening, never answered: the connection itself is made.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let silent = Wanted {
        time: Duration::from_millis(200),
        ..wanted(&format!("http://{address}/x.ics"), true)
    };
    assert_eq!(fetch(&silent), Err(ProblemCode::Unavailable));
}

/// What a calendar of one event blocks that comes round by a rule.
fn by_rule(rule: &str) -> Read {
    let text = format!(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101T000000Z\nDURATION:PT1M\nRRULE:{rule}\n\
         END:VEVENT\nEND:VCALENDAR"
    );
    read(text.as_bytes(), None, Minute(29_700_000)).unwrap()
}

#[test]
fn a_small_calendar_never_becomes_many_rows() {
    for (rule, most) in [
        ("FREQ=MINUTELY", 1),
        ("FREQ=MINUTELY;INTERVAL=2", 1),
        ("FREQ=SECONDLY", 1),
        ("FREQ=MINUTELY;INTERVAL=30", MOST_SPANS),
        ("FREQ=HOURLY", MOST_SPANS),
        ("FREQ=HOURLY;BYMINUTE=0,30;BYDAY=MO,WE,FR", MOST_SPANS),
        ("FREQ=DAILY;BYHOUR=9,12", 732),
    ] {
        let spans = by_rule(rule).spans;
        assert!((1..=most).contains(&spans.len()), "{rule} {}", spans.len());
    }
}

#[test]
fn busy_times_are_whole_cells_put_together_and_nothing_busy_is_lost() {
    let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260701T100100Z\nDTEND:20260701T101400Z\n\
        END:VEVENT\nBEGIN:VEVENT\nDTSTART:20260701T101600Z\nDTEND:20260701T103100Z\nEND:VEVENT\n\
        END:VCALENDAR";
    let read = read(text.as_bytes(), None, Minute(29_700_000)).unwrap();
    let [span] = read.spans[..] else {
        panic!("{read:?}")
    };
    assert_eq!((span.from.0 % 15, span.to.0 - span.from.0), (0, 45));
}

#[test]
fn over_the_limit_the_shortest_free_times_count_as_busy() {
    // Every span is an hour long, and the free times between them grow.
    let mut at = 0;
    let spans: Vec<Span> = (0..MOST_SPANS as u32 + 500)
        .map(|number| {
            at += 15 * (number / 64 + 1) + 60;
            Span::new(Minute(at), Minute(at + 60))
        })
        .collect();
    let kept = bounded(&spans);
    assert_eq!(kept.len(), MOST_SPANS);
    let set: SpanSet = kept.iter().copied().collect();
    assert!(spans.iter().all(|span| set.covers(*span)));
    assert_eq!(bounded(&spans[..MOST_SPANS]), &spans[..MOST_SPANS]);
    // Of equally short ones, those far ahead.
    let hourly: Vec<Span> = (0..MOST_SPANS as u32 * 2)
        .map(|hour| Span::new(Minute(hour * 60), Minute(hour * 60 + 15)))
        .collect();
    let kept = bounded(&hourly);
    assert_eq!(kept.len(), MOST_SPANS);
    assert_eq!(kept[..MOST_SPANS - 1], hourly[..MOST_SPANS - 1]);
    assert_eq!(kept[MOST_SPANS - 1].to, hourly[hourly.len() - 1].to);
}
