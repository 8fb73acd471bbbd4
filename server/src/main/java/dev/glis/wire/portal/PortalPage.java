package dev.glis.wire.portal;

import dev.glis.net.HttpResponse;
import dev.glis.wire.PathPattern;

/**
 * One method of one path.
 *
 * @param open whether one sees it without having signed in
 */
record PortalPage(String method, PathPattern path, boolean open, Answer answer) {
    /** Does what the page is for; runs on a virtual thread and may block. */
    interface Answer {
        HttpResponse to(PortalRequest request);
    }

    /** A page for everybody. */
    static PortalPage open(String path, Answer answer) {
        return new PortalPage("GET", new PathPattern(path), true, answer);
    }

    /** A page for those who have signed in. */
    static PortalPage get(String path, Answer answer) {
        return new PortalPage("GET", new PathPattern(path), false, answer);
    }

    /** What those do who have signed in. */
    static PortalPage post(String path, Answer answer) {
        return new PortalPage("POST", new PathPattern(path), false, answer);
    }
}
