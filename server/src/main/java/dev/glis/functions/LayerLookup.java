package dev.glis.functions;

import java.util.List;

/** Finds the layers that a function wants to use. */
interface LayerLookup {
    /**
     * The layer versions of these ARNs, in the same order.
     *
     * @param function whose account must be allowed to use them
     */
    List<LayerUse> find(FunctionName function, List<String> arns);
}
