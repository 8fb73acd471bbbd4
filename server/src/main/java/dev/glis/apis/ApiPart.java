package dev.glis.apis;

/** An API with what AWS's control API says of it. */
public record ApiPart(Api api, ApiDetails details) {
    /** What AWS calls its name. */
    public String title() {
        return details.title().isEmpty() ? api.name() : details.title();
    }
}
