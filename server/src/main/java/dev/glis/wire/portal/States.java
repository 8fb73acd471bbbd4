package dev.glis.wire.portal;

import dev.glis.apis.clients.Application;
import dev.glis.apis.clients.Subscription;

/** States, as words that stand out. */
final class States {
    private States() {}

    static Html badge(Subscription.State state) {
        return switch (state) {
            case PENDING -> Widgets.badge("waiting", "waiting for approval");
            case ACTIVE -> Widgets.badge("good", "active");
            case SUSPENDED -> Widgets.badge("bad", "suspended");
            case REVOKED -> Widgets.badge("bad", "revoked");
        };
    }

    static Html badge(Application.State state) {
        return switch (state) {
            case ACTIVE -> Widgets.badge("good", "active");
            case SUSPENDED -> Widgets.badge("bad", "suspended");
        };
    }

    /** A status code. */
    static Html status(int status) {
        String kind = status >= 500 ? "bad" : status >= 400 ? "waiting" : "good";
        return Widgets.badge(kind, Integer.toString(status));
    }
}
