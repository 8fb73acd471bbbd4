package dev.glis.apis;

import java.util.Locale;

/** Whom a route lets in. */
public enum Access {
    /** Everybody. */
    OPEN,
    /** Who names an application that is subscribed to the API. */
    CLIENT_ID,
    /** Who proves to be such an application, by one of its secrets. */
    CLIENT_SECRET,
    /** Who signs with an access key that may {@code execute-api:Invoke}. */
    IAM,
    /** Whom an authorizer of the API lets in: by a token of its issuer, or a function's verdict. */
    AUTHORIZER;

    /** As people write it, such as {@code client-id}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
