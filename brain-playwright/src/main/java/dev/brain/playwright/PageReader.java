package dev.brain.playwright;

import dev.brain.config.SettingDefinition;
import dev.brain.config.Settings;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads a page file strictly: an unknown key is an error that names it. */
final class PageReader {
    /** What a site may override by its setting {@code web}. */
    static final List<SettingDefinition<?>> SITE = List.of(
            SettingDefinition.text("base", "what relative addresses start with"),
            SettingDefinition.choice("method", List.of("ui", "form"), "how a claim is sent"),
            SettingDefinition.choice("way", List.of("ui", "form"), "an old name of method"),
            SettingDefinition.flag("trace", "whether a trace is kept"),
            SettingDefinition.number("lanes", 1, "how many browsers work at the same time"),
            SettingDefinition.any("basic", "the account of HTTP authentication"),
            SettingDefinition.any("tls", "the trusted certificates"));

    private static final List<String> DOES = List.of("click", "check", "choose", "fill");

    private final String origin;
    private final Settings site;

    PageReader(String origin, Settings site) {
        this.origin = origin;
        this.site = site;
    }

    PageSettings read(String json) {
        SettingDefinition.requireKnown("web", site, SITE);
        Map<String, Object> overlay = new LinkedHashMap<>();
        for (SettingDefinition<?> setting : SITE) {
            String key = setting.name().equals("way") ? "method" : setting.name();
            setting.find(site).ifPresent(value -> overlay.putIfAbsent(key, value));
        }
        PageNode root = PageNode.parse(origin, json, overlay).known(PageKeys.PAGE);
        PageNode account = root.child("account").known(PageKeys.ACCOUNT);
        PageSettings.Press claim = press(root.required("claim"));
        boolean isOldName = root.has("way") && !root.has("method");
        boolean form =
                root.choice(isOldName ? "way" : "method", List.of("ui", "form")).equals("form");
        if (form) {
            checkForm(root, claim);
        }
        URI base = base(root);
        return new PageSettings(
                root.text("name"),
                withoutUser(base).replaceAll("/$", ""),
                account.text("name"),
                account.text("password"),
                login(root.required("login")),
                user(root.required("user")),
                expired(root),
                claim,
                root.has("release") ? press(root.child("release")) : null,
                root.list("dismiss").stream().map(PageNode::asLocator).toList(),
                basic(root, base),
                tls(root.child("tls")),
                root.texts("secrets"),
                form,
                root.flag("trace"),
                limits(root));
    }

    private static void checkForm(PageNode root, PageSettings.Press claim) {
        if (claim.form() == null) {
            throw root.wrong("method \"form\" needs claim.form");
        }
        for (ElementLocator locator : Stream.of(
                        claim.row(),
                        claim.number(),
                        claim.form().form(),
                        claim.id(),
                        claim.taken(),
                        claim.form().button())
                .flatMap(Stream::ofNullable)
                .toList()) {
            if (!locator.isSelector()) {
                throw root.wrong(
                        "method \"form\" takes {\"css\": …} without a frame for claim.row, number, id, taken, form"
                                + " and its button, not " + locator + "; give claim.address the address of the frame");
            }
        }
    }

    private static URI base(PageNode root) {
        String base = root.optionalText("base");
        if (base == null) {
            throw root.wrong("base is missing: set the start of all addresses here or in the site's"
                    + " setting \"web\": {\"base\": …}");
        }
        try {
            URI uri = URI.create(base);
            if (!Set.of("http", "https").contains(String.valueOf(uri.getScheme()))) {
                throw root.wrong("base must be an http or https address");
            }
            return uri;
        } catch (IllegalArgumentException e) {
            // the exception's message shows the address, which may contain a password
            throw root.wrong("base is not an address: write it like http://host/path");
        }
    }

    private static String withoutUser(URI base) {
        return base.getRawUserInfo() == null ? base.toString() : base.toString().replaceFirst("//[^/?#]*@", "//");
    }

    /** Returns an address of a page. An address with a password is refused, because messages show addresses. */
    private static String address(PageNode node, String key, String address) {
        if (address.matches("(?i)https?://[^/?#]*@.*")) {
            throw node.wrong(node.key() + "." + key + " contains an account: name its variables in \"basic\" instead");
        }
        return address;
    }

    private static String address(PageNode node) {
        return address(node, "address", node.text("address"));
    }

    private static PageSettings.@Nullable Basic basic(PageNode root, URI base) {
        if (root.has("basic")) {
            PageNode basic = root.child("basic").known(PageKeys.BASIC);
            return new PageSettings.Basic(basic.text("name"), basic.text("password"), true);
        }
        if (base.getRawUserInfo() == null) {
            return null;
        }
        String[] parts = base.getRawUserInfo().split(":", 2);
        return new PageSettings.Basic(decoded(parts[0]), parts.length == 1 ? "" : decoded(parts[1]), false);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static PageSettings.Tls tls(PageNode given) {
        PageNode node = given.known(PageKeys.TLS);
        boolean isVerified = node.flag("verify");
        if (!isVerified && node.has("authority")) {
            throw node.wrong("tls has an authority or \"verify\": false, not both");
        }
        return new PageSettings.Tls(node.optionalText("authority"), isVerified);
    }

    private static PageSettings.Login login(PageNode given) {
        PageNode node =
                given.known(given.has("steps") ? PageKeys.LOGIN.without(PageKeys.REPLACED_BY_STEPS) : PageKeys.LOGIN);
        List<PageSettings.Step> steps = new ArrayList<>();
        if (node.has("steps")) {
            node.list("steps").forEach(step -> steps.add(step(step)));
            checkSteps(node, "steps", steps);
            if (steps.stream().anyMatch(step -> step.inRow() || step.box() != null || step.prompt())) {
                throw node.wrong(node.key() + ".steps apply to the page: they have no in, box, shows and prompt");
            }
        } else {
            steps.add(shortStep(node, "account", PageSettings.Action.FILL, "{account}"));
            steps.add(shortStep(node, "password", PageSettings.Action.FILL, "{password}"));
            if (node.has("remember")) {
                steps.add(PageSettings.Step.onPage(
                        node.key() + ".remember", PageSettings.Action.CHECK, node.locator("remember"), null, true));
            }
            steps.add(shortStep(node, "button", PageSettings.Action.CLICK, null));
        }
        return new PageSettings.Login(
                address(node), List.copyOf(steps), node.optionalLocator("done"), node.optionalLocator("failed"));
    }

    private static PageSettings.Step shortStep(
            PageNode node, String key, PageSettings.Action action, @Nullable String value) {
        return PageSettings.Step.onPage(node.key() + "." + key, action, node.locator(key), value, false);
    }

    private static void checkSteps(PageNode node, String key, List<PageSettings.Step> steps) {
        if (steps.stream().allMatch(PageSettings.Step::isOptional)) {
            throw node.wrong(node.key() + "." + key + " is empty: name at least one thing to press");
        }
    }

    private static PageSettings.User user(PageNode given) {
        PageNode node = given.known(PageKeys.USER);
        return new PageSettings.User(address(node), node.locator("name"), node.texts("not"));
    }

    private static PageSettings.Expired expired(PageNode root) {
        PageNode node = root.child("expired").known(PageKeys.LOCATOR.and(PageKeys.EXPIRED));
        String path = node.optionalText("path");
        return new PageSettings.Expired(
                path == null ? root.child("login").known(PageKeys.LOGIN).text("address") : address(node, "path", path),
                node.texts("status").stream().map(Integer::valueOf).toList(),
                node.hasLocator() ? node.asLocator(PageKeys.EXPIRED) : null);
    }

    private static PageSettings.Press press(PageNode given) {
        PageNode node = given.known(PageKeys.PRESS);
        PageNode answer = node.child("answer").known(PageKeys.ANSWER);
        List<PageSettings.Step> steps = new ArrayList<>();
        node.required("press");
        node.list("press").forEach(step -> steps.add(step(step)));
        if (!steps.isEmpty() && steps.get(steps.size() - 1).isOptional()) {
            throw node.wrong(
                    node.key() + ".press ends with an optional step: Brain could not know whether it was pressed");
        }
        checkSteps(node, "press", steps);
        PageNode form = node.child("form").known(PageKeys.FORM);
        return new PageSettings.Press(
                address(node),
                node.locator("row"),
                node.locator("number"),
                node.has("id") ? node.child("id").asLocator(PageKeys.ID) : null,
                node.child("id").known(PageKeys.LOCATOR.and(PageKeys.ID)).text("attribute"),
                node.optionalLocator("taken"),
                List.copyOf(steps),
                answer.optionalLocator("won"),
                answer.optionalLocator("lost"),
                answer.optionalLocator("error"),
                node.has("form")
                        ? new PageSettings.Form(
                                new ElementLocator(ElementLocator.By.CSS, form.text("css"), null, true),
                                form.entries("fields"),
                                form.optionalLocator("button"))
                        : null);
    }

    private static PageSettings.Step step(PageNode given) {
        PageNode node = given.known(PageKeys.STEP);
        String does = node.one(DOES);
        boolean inRow = node.choice("in", List.of("page", "row")).equals("row");
        if (inRow && node.has("box")) {
            throw node.wrong(node.key() + " is in the row, so it has no box");
        }
        if (node.has("shows") && !node.has("box")) {
            throw node.wrong(node.key() + ".shows is a text of its box, so it needs \"box\"");
        }
        PageSettings.Action kind = PageSettings.Action.valueOf(does.toUpperCase(Locale.ROOT));
        return new PageSettings.Step(
                node.key(),
                kind,
                node.locator(does),
                inRow,
                node.optionalLocator("box"),
                node.optionalText("shows"),
                value(node, kind),
                node.flag("prompt"),
                node.flag("optional"));
    }

    private static @Nullable String value(PageNode node, PageSettings.Action kind) {
        if (kind == PageSettings.Action.CHOOSE && !node.has("option")) {
            throw node.wrong(node.key() + ".option is missing: name the option to choose");
        }
        if ((kind == PageSettings.Action.FILL) != node.has("with")) {
            throw node.wrong(node.key() + " must have both \"fill\" and \"with\": a field and its text");
        }
        return kind == PageSettings.Action.FILL ? node.text("with") : node.optionalText("option");
    }

    private static PageSettings.Limits limits(PageNode root) {
        PageNode node = root.child("limits").known(PageKeys.LIMITS);
        int workers = root.positive("lanes");
        if (workers > 16) {
            throw root.wrong("lanes is 1 to 16, not " + workers);
        }
        return new PageSettings.Limits(
                workers,
                Duration.ofSeconds(node.positive("pageSeconds")),
                Duration.ofSeconds(node.positive("answerSeconds")),
                Duration.ofSeconds(node.positive("claimSeconds")),
                node.positive("recycleClaims"),
                Duration.ofMinutes(node.positive("recycleMinutes")),
                Duration.ofMinutes(node.positive("retryLoginMinutes")));
    }
}
