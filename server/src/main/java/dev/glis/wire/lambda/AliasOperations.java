package dev.glis.wire.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.functions.Aliases;
import dev.glis.functions.Aliases.Alias;
import dev.glis.functions.FunctionName;
import dev.glis.wire.Call;
import dev.glis.wire.Input;
import dev.glis.wire.OperationTable;
import dev.glis.wire.Reply;

/** Aliases. */
final class AliasOperations {
    private final Aliases aliases;
    private final Access access;

    AliasOperations(Aliases aliases, Access access) {
        this.aliases = aliases;
        this.access = access;
    }

    void addTo(OperationTable table) {
        table.add("CreateAlias", this::create);
        table.add("GetAlias", this::get);
        table.add("UpdateAlias", this::update);
        table.add("DeleteAlias", this::delete);
        table.add("ListAliases", this::list);
    }

    private Reply create(Call call, Input input) {
        return Reply.of(shape(aliases.create(named(call, input), change(input))));
    }

    private Reply get(Call call, Input input) {
        return Reply.of(shape(aliases.get(named(call, input))));
    }

    private Reply update(Call call, Input input) {
        FunctionName name = named(call, input);
        return Reply.of(shape(aliases.update(name, change(input), input.optional("RevisionId"))));
    }

    private Reply delete(Call call, Input input) {
        aliases.delete(named(call, input));
        return Reply.empty();
    }

    private Reply list(Call call, Input input) {
        FunctionName name = access.function(call, input);
        return Reply.of(
                FunctionShapes.page(
                        "Aliases",
                        aliases.list(
                                name.unqualified(),
                                input.optional("FunctionVersion"),
                                input.optional("Marker"),
                                FunctionOperations.most(input)),
                        AliasOperations::shape));
    }

    /** The function, with the alias as its qualifier. */
    private FunctionName named(Call call, Input input) {
        FunctionName name = access.function(call, input);
        if (!name.qualifier().isEmpty()) {
            throw Fault.invalid(
                    "An alias belongs to a function; give the function's name without a qualifier");
        }
        return name.with(input.text("Name"));
    }

    private static Aliases.Change change(Input input) {
        Input routing = input.structure("RoutingConfig");
        return new Aliases.Change(
                input.optional("FunctionVersion"),
                input.optional("Description"),
                input.has("RoutingConfig") ? routing.numbers("AdditionalVersionWeights") : null);
    }

    private static ObjectNode shape(Alias alias) {
        ObjectNode json = Json.object();
        json.put("AliasArn", alias.name().qualifiedArn());
        json.put("Name", alias.name().qualifier());
        json.put("FunctionVersion", alias.versionLabel());
        json.put("Description", alias.description());
        json.put("RevisionId", alias.revisionId());
        Aliases.Additional additional = alias.additional();
        if (additional != null) {
            json.putObject("RoutingConfig")
                    .putObject("AdditionalVersionWeights")
                    .put(Long.toString(additional.version()), additional.weight());
        }
        return json;
    }
}
