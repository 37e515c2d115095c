package io.github.cachetronomy.it.doors

import io.github.cachetronomy.coroutines.Transaction

/** One way to say what a transaction is to write. */
interface TransactionDoor {
    fun set(
        key: String,
        value: String,
        terms: Terms = Terms(),
    )

    fun delete(key: String)
}

internal class SuspendTransactionDoor(
    private val transaction: Transaction,
) : TransactionDoor {
    override fun set(
        key: String,
        value: String,
        terms: Terms,
    ) = transaction.set(key, value, terms.timeToLive, terms.tags, terms.version, terms.format)

    override fun delete(key: String) = transaction.delete(key)
}

internal class JavaTransactionDoor(
    private val transaction: io.github.cachetronomy.interop.Transaction,
) : TransactionDoor {
    override fun set(
        key: String,
        value: String,
        terms: Terms,
    ) = transaction.set(key, value, terms.options())

    override fun delete(key: String) = transaction.delete(key)
}
