package dev.brain.playwright;

import static dev.brain.json.FileKeys.optional;
import static dev.brain.json.FileKeys.required;

import dev.brain.json.FileKeys;
import java.util.List;

/** The keys of a page file. */
final class PageKeys {
    private static final String TEXT = "a text";
    private static final String TEXTS = "a list of texts";
    private static final String FLAG = "true or false";
    private static final String ADDRESS = "an address";
    private static final String OBJECT = "an object";
    private static final String ELEMENT = "a locator";
    private static final String STEPS = "a list of steps";
    private static final String VARIABLE = "the name of a variable";
    private static final String NUMBER = "a whole number of at least 1";
    private static final String METHOD = "\"ui\" or \"form\"";

    static final FileKeys PAGE = FileKeys.of(
            "",
            required("name", TEXT, "the name in messages and of the session file"),
            optional("notes", "any value", "a note for people"),
            optional("base", ADDRESS, "the start of every address; required here or in the site's \"web\""),
            optional("account", OBJECT, "the variables that hold the account"),
            optional("basic", OBJECT, "the variables that hold the account of HTTP authentication"),
            optional("tls", OBJECT, "the trusted certificates"),
            required("login", OBJECT, "how to log in"),
            required("user", OBJECT, "where a page shows who is logged in"),
            optional("expired", OBJECT + " that may also be " + ELEMENT, "the signs of an expired session"),
            optional("dismiss", "a list of locators", "elements to click whenever they block a step"),
            required("claim", OBJECT, "how a case is claimed"),
            optional("release", OBJECT + " like \"claim\"", "how a case is released"),
            optional("secrets", TEXTS, "the names of fields whose values are never stored")
                    .withDefault("_token, csrf-token"),
            optional("method", METHOD, "how cases are claimed").withDefault("ui"),
            optional("way", METHOD, "an old name of \"method\""),
            optional("trace", FLAG, "whether to keep a trace of every claim").withDefault("false"),
            optional("lanes", "a whole number from 1 to 16", "the number of browsers that work at the same time")
                    .withDefault("2"),
            optional("limits", OBJECT, "time limits"));

    static final FileKeys ACCOUNT = FileKeys.of(
            "account",
            optional("name", VARIABLE, "holds the account's name").withDefault("XVIA_EMAIL"),
            optional("password", VARIABLE, "holds its password").withDefault("XVIA_PASSWORD"));

    static final FileKeys BASIC = FileKeys.of(
            "basic",
            required("name", VARIABLE, "holds the account's name"),
            required("password", VARIABLE, "holds its password"));

    static final FileKeys TLS = FileKeys.of(
            "tls",
            optional("authority", "a PEM file", "the certificates of a private authority, or the server's own"),
            optional("verify", FLAG, "false trusts any certificate; for trials only")
                    .withDefault("true"));

    private static final String WITHOUT_STEPS = "; required without \"steps\"";

    /** Those that the key {@code steps} replaces are {@link #REPLACED_BY_STEPS}. */
    static final FileKeys LOGIN = FileKeys.of(
            "login",
            required("address", ADDRESS, "the login page"),
            optional("account", ELEMENT, "the field of the account's name" + WITHOUT_STEPS),
            optional("password", ELEMENT, "the field of the password" + WITHOUT_STEPS),
            optional("remember", ELEMENT, "a box to tick; skipped if it is hidden or absent"),
            optional("button", ELEMENT, "the button that logs in" + WITHOUT_STEPS),
            optional("steps", STEPS, "what to do instead, in order"),
            optional("done", ELEMENT, "an element that shows that the login worked"),
            optional("failed", ELEMENT, "an element that shows that the login failed"));

    static final List<String> REPLACED_BY_STEPS = List.of("account", "password", "remember", "button");

    static final FileKeys USER = FileKeys.of(
            "user",
            required("address", ADDRESS, "the page that shows the user's name"),
            required("name", ELEMENT, "the element that shows it"),
            optional("not", TEXTS, "texts of that element that are not a user"));

    static final FileKeys EXPIRED = FileKeys.of(
            "expired",
            optional("path", ADDRESS, "where an expired session is redirected to; \"login.address\" without it"),
            optional("status", "a list of numbers", "the HTTP statuses that mean an expired session")
                    .withDefault("401, 419"));

    static final FileKeys PRESS = FileKeys.of(
            "claim, release",
            required("address", ADDRESS, "the list, filtered by the case's number"),
            required("row", ELEMENT, "the rows of the list"),
            required("number", ELEMENT, "the cell of a row that must equal the number as a whole"),
            optional("id", ELEMENT + " with \"attribute\"", "what holds the case's id"),
            optional("taken", ELEMENT, "an element within the row that shows that somebody has the case"),
            required("press", STEPS, "what to do, in order; only the last step may change anything"),
            optional("answer", OBJECT, "elements that show the result afterwards"),
            optional("form", OBJECT, "the page's own form; required for the method \"form\""));

    static final FileKeys ID = FileKeys.of(
            "claim.id, release.id",
            optional("attribute", TEXT, "the attribute that holds the id").withDefault("id"));

    static final FileKeys ANSWER = FileKeys.of(
            "claim.answer, release.answer",
            optional("won", ELEMENT, "shows that the claim succeeded"),
            optional("lost", ELEMENT, "shows that somebody else has the case"),
            optional("error", ELEMENT, "shows that the claim failed"));

    static final FileKeys FORM = FileKeys.of(
            "claim.form, release.form",
            required("css", "a CSS selector", "the case's form"),
            optional("fields", OBJECT, "the values of its fields, by their names"),
            optional("button", ELEMENT, "the button to submit it with; its only one without it"));

    static final FileKeys STEP = FileKeys.of(
            "login.steps[], claim.press[], release.press[]",
            optional("click", ELEMENT, "clicks"),
            optional("check", ELEMENT, "ticks a box or a radio button"),
            optional("choose", ELEMENT, "selects an option of a list"),
            optional("fill", ELEMENT, "fills in a field"),
            optional("in", "\"page\" or \"row\"", "where the element is").withDefault("page"),
            optional("box", ELEMENT, "an element that must have appeared and that holds the element"),
            optional("shows", TEXT, "a text that the box must contain"),
            optional("option", TEXT, "the label of the option to choose"),
            optional("with", TEXT, "the text to fill in"),
            optional("prompt", FLAG, "whether a browser dialog is expected and accepted")
                    .withDefault("false"),
            optional("optional", FLAG, "whether the step is skipped if its element is absent")
                    .withDefault("false"));

    static final FileKeys LOCATOR = FileKeys.of(
            "every locator",
            optional("role", TEXT, "the element's ARIA role"),
            optional("name", TEXT, "its accessible name, with \"role\""),
            optional("label", TEXT, "the label of a field"),
            optional("text", TEXT, "the text of the element"),
            optional("css", "a CSS selector", "the element"),
            optional("testId", TEXT, "its test id"),
            optional("exact", FLAG, "whether the whole text must match; false by default for \"text\", else true"),
            optional("frame", ELEMENT, "the frame that holds the element"));

    static final FileKeys LIMITS = FileKeys.of(
            "limits",
            optional("pageSeconds", NUMBER, "the time limit for a page").withDefault("15"),
            optional("answerSeconds", NUMBER, "the time limit for the answer to a press")
                    .withDefault("10"),
            optional("claimSeconds", NUMBER, "the time limit for a whole claim").withDefault("60"),
            optional("recycleClaims", NUMBER, "the claims after which a browser gets a new context")
                    .withDefault("200"),
            optional("recycleMinutes", NUMBER, "the minutes after which it does")
                    .withDefault("30"),
            optional("retryLoginMinutes", NUMBER, "the pause after two failed logins")
                    .withDefault("60"));

    static final List<FileKeys> ALL =
            List.of(PAGE, ACCOUNT, BASIC, TLS, LOGIN, USER, EXPIRED, PRESS, ID, ANSWER, FORM, STEP, LOCATOR, LIMITS);

    private PageKeys() {}
}
