/// A loop's connections by slot. A slot's generation changes with every use, so that an event or a receipt for a
/// connection that is gone is told from one for its successor.
struct ConnectionTable {
    private var slots: [Connection?] = []
    private var generations: [UInt32] = []
    private var free: [Int] = []
    private(set) var count = 0

    /// Finds a free slot, and the generation that the connection put there must carry.
    mutating func reserve() -> (slot: Int, generation: UInt32) {
        count += 1
        if let slot = free.popLast() { return (slot, generations[slot]) }
        slots.append(nil)
        generations.append(1)
        return (slots.count - 1, 1)
    }

    mutating func put(_ connection: Connection) { slots[connection.slot] = connection }

    /// Gives back a slot, reserved or in use.
    mutating func remove(_ slot: Int) {
        slots[slot] = nil
        generations[slot] &+= 1
        free.append(slot)
        count -= 1
    }

    func find(slot: Int, generation: UInt32) -> Connection? {
        guard slot < slots.count, generations[slot] == generation else { return nil }
        return slots[slot]
    }

    var capacity: Int { slots.count }

    subscript(_ slot: Int) -> Connection? { slots[slot] }
}
