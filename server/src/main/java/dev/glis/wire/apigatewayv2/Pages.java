package dev.glis.wire.apigatewayv2;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import dev.glis.wire.Input;
import dev.glis.wire.Reply;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;

/** Listings in parts: a token names the last item that was seen. */
final class Pages {
    private Pages() {}

    /** The part of a listing that the input asks for. */
    static <T> Reply of(
            Input input, List<T> all, Function<T, String> idOf, Function<T, ObjectNode> shape) {
        int from = start(input, all, idOf);
        int to = (int) Math.min(all.size(), from + most(input));
        ObjectNode page = Json.object();
        var items = page.putArray("items");
        all.subList(from, to).forEach(item -> items.add(shape.apply(item)));
        if (to < all.size()) {
            page.put("nextToken", token(idOf.apply(all.get(to - 1))));
        }
        return Reply.of(page);
    }

    private static String token(String itemId) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(itemId.getBytes(StandardCharsets.UTF_8));
    }

    private static <T> int start(Input input, List<T> all, Function<T, String> idOf) {
        String token = input.optional("NextToken");
        if (token == null) {
            return 0;
        }
        for (int i = 0; i < all.size(); i++) {
            if (token(idOf.apply(all.get(i))).equals(token)) {
                return i + 1;
            }
        }
        throw Fault.invalid("Invalid NextToken specified");
    }

    private static long most(Input input) {
        String text = input.optional("MaxResults");
        long largest = Limits.API_PARTS_PAGE.value();
        if (text == null) {
            return largest;
        }
        try {
            int most = Integer.parseInt(text);
            if (most > 0) {
                return Math.min(most, largest);
            }
        } catch (NumberFormatException e) {
            throw Fault.invalid("MaxResults must be a number, not " + text);
        }
        throw Fault.invalid("MaxResults must be more than 0");
    }
}
