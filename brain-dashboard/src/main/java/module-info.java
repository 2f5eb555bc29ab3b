/** The web pages for operators. */
// The template engine names its module in its manifest only; the name is fixed, so requiring it is safe.
@SuppressWarnings({"requires-automatic", "opens"}) // the templates are compiled after this module
module dev.brain.dashboard {
    requires transitive dev.brain.core;
    requires gg.jte.runtime;
    requires static transitive jakarta.servlet;
    requires transitive jdk.httpserver;
    requires org.slf4j;
    requires static org.jspecify;

    exports dev.brain.dashboard;
    exports dev.brain.dashboard.access;

    opens dev.brain.dashboard.internal.template to
            gg.jte.runtime;
}
