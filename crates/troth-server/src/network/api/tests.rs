use super::*;

#[test]
fn a_query_is_read_pair_by_pair() {
    let read = |text| pairs(text).unwrap();
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(read(""), []);
    assert_eq!(
        read("a=1&&b=x+y%2Fz&c"),
        [pair("a", "1"), pair("b", "x y/z"), pair("c", "")]
    );
    for wrong in ["a=%", "a=%2", "a=%zz", "a=%ff"] {
        assert_eq!(
            pairs(wrong).unwrap_err().code,
            ProblemCode::Invalid,
            "{wrong}"
        );
    }
}

#[test]
fn a_path_is_found_by_its_parts_and_a_wrong_method_is_told_the_right_ones() {
    let Found::Route(number, values) = find(&Method::GET, "/providers/7/slots") else {
        panic!("it is a route");
    };
    assert_eq!(ROUTES[number].template, "/providers/{id}/slots");
    assert_eq!(values, ["7"]);
    let Found::OtherMethods(methods) = find(&Method::PATCH, "/holds/7") else {
        panic!("it is a path");
    };
    assert_eq!(methods, "GET, HEAD, DELETE");
    assert!(matches!(find(&Method::GET, "/nothing"), Found::Nothing));
    assert!(matches!(find(&Method::GET, "/providers/"), Found::Route(_, values) if values == [""]));
    assert!(matches!(
        find(&Method::HEAD, "/vocabulary"),
        Found::Route(..)
    ));
}
