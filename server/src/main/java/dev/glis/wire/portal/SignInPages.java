package dev.glis.wire.portal;

import static dev.glis.wire.portal.Html.attribute;
import static dev.glis.wire.portal.Html.mark;
import static dev.glis.wire.portal.Html.tag;

import dev.glis.accounts.Sessions;
import dev.glis.base.Clock;
import dev.glis.net.HttpRequest;
import dev.glis.net.HttpResponse;
import dev.glis.net.Networks;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Signing in with an access key, and out. */
final class SignInPages {
    static final String PATH = "/sign-in";

    private static final String WRONG = "There is no such access key, or its secret is another.";
    private static final String TOO_OFTEN =
            "There were too many attempts. Try again in a quarter of an hour.";

    private final Sessions sessions;
    private final SignInAttempts attempts;
    private final Layout layout;

    SignInPages(Sessions sessions, Layout layout, Clock clock) {
        this.sessions = sessions;
        this.attempts = new SignInAttempts(clock);
        this.layout = layout;
    }

    List<PortalPage> pages() {
        return List.of(
                PortalPage.open(
                        PATH, request -> page(request, 200, request.parameter("next"), null)),
                PortalPage.post("/sign-out", this::signOut));
    }

    /** Whether it is an attempt to sign in, which fails no sooner than after its time. */
    static boolean isAttempt(HttpRequest request) {
        return request.method().equals("POST") && request.rawPath().equals(PATH);
    }

    HttpResponse signIn(PortalRequest request) {
        String key = request.field("key");
        String network = Networks.of(request.http().remoteAddress().getAddress());
        String next = request.field("next");
        if (!attempts.mayTry(network, key)) {
            return page(request, 429, next, new Problem("", TOO_OFTEN));
        }
        Optional<String> token = sessions.begin(key, request.field("secret"));
        if (token.isEmpty()) {
            attempts.failed(network, key);
            return page(request, 422, next, new Problem("key", WRONG));
        }
        HttpResponse response = Answers.see(Links.isHere(next) ? next : "/");
        Cookies.set(response, request.http(), token.get());
        return response;
    }

    private HttpResponse signOut(PortalRequest request) {
        Cookies.token(request.http()).ifPresent(sessions::end);
        HttpResponse response = Answers.see("/");
        Cookies.clear(response, request.http());
        return response;
    }

    private HttpResponse page(
            PortalRequest request, int status, String next, @Nullable Problem problem) {
        HttpResponse response =
                layout.page(
                        status,
                        request.principal(),
                        Layout.Place.NONE,
                        "Sign in",
                        tag(
                                "div",
                                Html.classes("narrow"),
                                Widgets.heading(1, "Sign in"),
                                Widgets.problem(problem),
                                Widgets.form(
                                        PATH,
                                        Html.classes("card"),
                                        key(request, problem),
                                        secret(),
                                        Html.when(Links.isHere(next), Widgets.hidden("next", next)),
                                        Widgets.button("Sign in")),
                                Widgets.hint(
                                        "The access key of your account, or of a user in it, is the"
                                                + " one that the glis command and the AWS tools use"
                                                + " too.")));
        if (status == 429) {
            response.headers().set("Retry-After", "900");
        }
        return response;
    }

    private static Html key(PortalRequest request, @Nullable Problem problem) {
        return Widgets.field(
                "key",
                "Access key ID",
                "",
                problem,
                attribute("value", request.field("key")),
                attribute("autocomplete", "username"),
                attribute("autocapitalize", "characters"),
                attribute("spellcheck", "false"),
                mark("required"));
    }

    private static Html secret() {
        return Widgets.field(
                "secret",
                "Secret access key",
                "",
                null,
                attribute("type", "password"),
                attribute("autocomplete", "current-password"),
                mark("required"));
    }
}
