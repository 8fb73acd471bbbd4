package dev.glis.engine.image;

import dev.glis.base.Fault;
import dev.glis.base.Limits;

/** Why an image is not taken. */
public final class ImageFaults {
    private ImageFaults() {}

    /** It breaks a rule of its format, or asks for what this machine cannot run. */
    public static Fault invalid(String what) {
        return new Fault(Fault.Kind.INVALID, "invalid-image", "The image is not valid: " + what);
    }

    /** It is larger than a limit. */
    static Fault tooLarge(String what, Limits.Limit limit) {
        return new Fault(
                Fault.Kind.INVALID,
                "image-too-large",
                "The image is too large: "
                        + what
                        + "; at most "
                        + limit.value()
                        + " are taken ("
                        + limit.name()
                        + ")");
    }

    /** Where it should be, it is not, or may not be read. */
    public static Fault unreachable(String what) {
        return new Fault(Fault.Kind.INVALID, "image-unreachable", what);
    }
}
