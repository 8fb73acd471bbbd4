package dev.glis.guest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An error in the form that Lambda gives it: message, type, stack, cause. */
record ErrorDescription(@Nullable String type, Map<String, @Nullable Object> members) {
    private static final int MAXIMUM_CAUSES = 20;

    static ErrorDescription of(HandlerFault fault) {
        Throwable thrown = fault.thrown();
        if (thrown != null) {
            return new ErrorDescription(thrown.getClass().getName(), describe(thrown, 0));
        }
        var members = new LinkedHashMap<String, @Nullable Object>();
        members.put("errorMessage", fault.text());
        if (fault.type() != null) {
            members.put("errorType", fault.type());
        }
        return new ErrorDescription(fault.type(), members);
    }

    private static Map<String, @Nullable Object> describe(Throwable error, int depth) {
        var members = new LinkedHashMap<String, @Nullable Object>();
        members.put("errorMessage", HandlerFault.messageOf(error));
        members.put("errorType", error.getClass().getName());
        members.put("stackTrace", stackOf(error));
        Throwable cause = error.getCause();
        if (cause != null && depth < MAXIMUM_CAUSES) {
            members.put("cause", describe(cause, depth + 1));
        }
        return members;
    }

    private static List<String> stackOf(Throwable error) {
        var lines = new ArrayList<String>();
        for (StackTraceElement element : error.getStackTrace()) {
            lines.add(element.toString());
        }
        return lines;
    }

    /** Header values are visible ASCII, which class names need not be. */
    String typeForHeader() {
        if (type == null) {
            return "Runtime.BadFunctionCode";
        }
        var text = new StringBuilder();
        for (int i = 0; i < type.length(); i++) {
            char c = type.charAt(i);
            text.append(c > ' ' && c <= '~' ? c : '?');
        }
        return text.toString();
    }

    byte[] json() {
        byte[] json = JsonWriter.write(members);
        return json == null ? Handler.jsonNull() : json;
    }
}
