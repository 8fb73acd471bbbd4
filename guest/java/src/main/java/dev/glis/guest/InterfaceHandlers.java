package dev.glis.guest;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;

/** Handlers that implement RequestHandler or RequestStreamHandler. */
final class InterfaceHandlers {
    private InterfaceHandlers() {}

    static Handler of(Class<?> type) throws ReflectiveOperationException {
        if (RequestStreamHandler.class.isAssignableFrom(type)) {
            var handler = (RequestStreamHandler) HandlerLoader.newInstance(type);
            return new Streaming(handler);
        }
        if (RequestHandler.class.isAssignableFrom(type)) {
            return values(type);
        }
        throw HandlerFault.of(
                "Class does not implement an appropriate handler interface: " + type.getName());
    }

    @SuppressWarnings("unchecked")
    private static Handler values(Class<?> type) throws ReflectiveOperationException {
        Type[] parameters = GenericTypes.argumentsOf(type, RequestHandler.class);
        if (parameters == null) {
            throw HandlerFault.of(
                    "Class "
                            + type.getName()
                            + " does not implement RequestHandler with concrete type parameters");
        }
        var input = new Codec(concrete(type, parameters[0]));
        Type result = concrete(type, parameters[1]);
        var handler = (RequestHandler<Object, Object>) HandlerLoader.newInstance(type);
        return new Values(handler, input, new Codec(result), result == Void.class);
    }

    private static Type concrete(Class<?> type, Type parameter) {
        if (parameter instanceof TypeVariable<?> variable) {
            Type bound = variable.getBounds()[0];
            if (bound == Object.class) {
                throw HandlerFault.of(
                        "Class "
                                + type.getName()
                                + " does not implement RequestHandler with concrete type"
                                + " parameters: parameter "
                                + parameter
                                + " has no upper bound.");
            }
            return bound;
        }
        return parameter;
    }

    private record Streaming(RequestStreamHandler handler) implements Handler {
        @Override
        public byte[] handle(Invocation invocation) throws Throwable {
            var output = new ByteArrayOutputStream(1_024);
            handler.handleRequest(
                    new ByteArrayInputStream(invocation.body()),
                    output,
                    new InvocationContext(invocation));
            return output.toByteArray();
        }
    }

    private record Values(
            RequestHandler<Object, Object> handler, Codec input, Codec output, boolean isVoid)
            implements Handler {
        @Override
        @SuppressWarnings("NullAway") // a JSON null is a null for the function
        public byte[] handle(Invocation invocation) throws Throwable {
            Object event = input.readEvent(invocation);
            Object result = handler.handleRequest(event, new InvocationContext(invocation));
            return isVoid ? Handler.jsonNull() : output.writeResult(result);
        }
    }
}
