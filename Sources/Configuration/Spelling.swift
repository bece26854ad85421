/// The known word that a wrong one was most likely meant to be; nil when none is near.
package func nearest(to word: String, among known: [String]) -> String? {
  // Nobody's slip of the pen is longer than that.
  guard word.utf8.count <= 64 else { return nil }
  let limit = max(1, word.utf8.count / 3)
  var best: (word: String, distance: Int)?
  for candidate in known {
    let distance = editDistance(Array(word.utf8), Array(candidate.utf8))
    if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
  }
  return best?.word
}

/// How many letters must be put in, left out, exchanged or swapped with their neighbour.
func editDistance(_ one: [UInt8], _ other: [UInt8]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...other.count)
  for (row, letter) in one.enumerated() {
    var next = [row + 1]
    for (column, wanted) in other.enumerated() {
      var least = min(
        last[column] + (letter == wanted ? 0 : 1),
        last[column + 1] + 1,
        next[column] + 1
      )
      if row > 0, column > 0, letter == other[column - 1], one[row - 1] == wanted {
        least = min(least, beforeLast[column - 1] + 1)
      }
      next.append(least)
    }
    beforeLast = last
    last = next
  }
  return last[other.count]
}
