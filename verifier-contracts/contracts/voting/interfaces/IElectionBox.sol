// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

/// @title IElectionBox
/// @notice Sealed ballots of elections that a box opens: cast, shares posted, tallied. What an election is about, and who may
/// begin one, is the business of `IBallotBox` (proposals of a Governor) and `IPollBox` (polls without one).
/// @dev An election's id is the Governor's proposal id or the poll's id; both are called `proposalId` here. Words, scope, calldata and events are those of the statement page (circuits/README.md), which is final.
interface IElectionBox {
    /// @notice One sealed ballot.
    /// @param binding the only address that may send it, or 0
    /// @param h hash of the words, proven by the circuit
    /// @param proof A.x, A.y, B.x_im, B.x_re, B.y_im, B.y_re, C.x, C.y
    /// @param words nullifier, c1_x, c1_y, then c2_k_x, c2_k_y per option
    struct Ballot {
        address binding;
        uint256 h;
        uint256[8] proof;
        uint256[] words;
    }

    /// @notice Everything the box knows of one election.
    /// @param root LeanIMT root at the election's snapshot
    /// @param size leaves at the snapshot
    /// @param totalWeight sum of weights at the snapshot
    /// @param scope what nullifiers are made for
    /// @param rule the rule word, with its weighted bit
    /// @param term the Committee's term
    /// @param keys the election's keys, x and y per option
    /// @param foldedConstants the verifier's point for these constants
    /// @param opened first second in which ballots are taken
    /// @param closes first second in which they are not
    /// @param tallyBy last second in which a tally is taken
    /// @param minTurnout ballots below which nothing is opened
    /// @param ballots ballots cast
    /// @param tallied whether totals are recorded
    /// @param resultCast whether they are handed to the Governor; never for a poll
    struct ElectionView {
        uint256 root;
        uint256 size;
        uint256 totalWeight;
        uint256 scope;
        uint256 rule;
        uint256 term;
        uint256[] keys;
        uint256[2] foldedConstants;
        uint48 opened;
        uint48 closes;
        uint48 tallyBy;
        uint32 minTurnout;
        uint32 ballots;
        bool tallied;
        bool resultCast;
    }

    /// @notice Where an election stands, by the clock and the counters.
    enum Status {
        Unopened, // nobody has opened it
        Open, // ballots are taken
        Closed, // shares and a tally are taken
        BelowTurnout, // closed with too few ballots: nothing is ever opened
        Expired, // no tally came in time: sealed, defeated
        Tallied, // totals are recorded
        ResultCast // and handed to the Governor; never for a poll
    }

    /// @notice An election was opened; `keys` are x and y per option.
    event ElectionOpened(
        uint256 indexed proposalId,
        uint256 root,
        uint256 size,
        uint256 scope,
        uint256 rule,
        uint256 term,
        uint256[] keys,
        uint48 opened,
        uint48 closes,
        uint48 tallyBy
    );

    /// @notice A ballot was verified and summed. digest = keccak256(binding, h, proof, words), 32 bytes each.
    event BallotCast(uint256 indexed proposalId, uint256 indexed nullifier, bytes32 digest, uint256[] ciphertext);

    /// @notice A ballot of a batch was left out: its member has voted, in another transaction or earlier in the batch. It was
    /// not verified and is not summed.
    event BallotSkipped(uint256 indexed proposalId, uint256 indexed nullifier);

    /// @notice A trustee posted a share. digest = keccak256(share words). Of several the last one counts.
    event SharePosted(uint256 indexed proposalId, uint256 indexed trustee, bytes32 digest, uint256[] share);

    /// @notice Proven totals, in units of weight, were recorded.
    event Tallied(uint256 indexed proposalId, uint256 ballots, uint256[] totals);

    /// @notice An address that must be a contract is not.
    error NotAContract(address account);

    /// @notice Governor and Electorate must count time in seconds.
    error ClockNotTimestamp(address account);

    /// @notice A verifier is for another circuit or version.
    error WrongCircuit(address verifier, string circuit, uint256 version);

    /// @notice The circuits have 3 or 8 options.
    error UnsupportedOptions(uint256 options);

    /// @notice The rule word has a bit that configurations do not set: the weighted bit is the Electorate's.
    error RuleBitsUnknown(uint256 rule);

    /// @notice Exactly one of single, approval, split and quadratic is the rule.
    error RuleNotOneKind(uint256 rule);

    /// @notice The options in use are the first n of the circuit's, n at least 2.
    error RuleOptionsNotPrefix(uint256 rule);

    /// @notice A limit is at least 1, and 1 for single choice.
    error RuleLimitOutOfRange(uint256 rule);

    /// @notice The rule lets a total reach 2^40 with this electorate: such a tally could not be found.
    error TotalsUnfindable(uint256 most);

    /// @notice The tally period must be at least 1 second.
    error TallyPeriodZero();

    /// @notice A tally of one ballot is that ballot: the minimum turnout must be at least 2.
    error MinTurnoutTooSmall(uint256 minTurnout);

    /// @notice The term has another number of options than the circuits, or needs more than one trustee.
    error UnsupportedTerm(uint256 term, uint256 options, uint256 threshold);

    /// @notice An election is opened once.
    error AlreadyOpened(uint256 proposalId);

    /// @notice The electorate was empty, or too large for the circuit, at the snapshot.
    error ElectorateSizeUnsupported(uint256 size);

    /// @notice The electorate's root at the snapshot is 0.
    error ElectorateRootZero();

    /// @notice No time for ballots is left before the tally period.
    error NoTimeToVote(uint256 closes, uint256 now_);

    /// @notice Nobody has opened this election.
    error ElectionNotOpened(uint256 proposalId);

    /// @notice Ballots are no longer taken.
    error VotingClosed(uint256 closes, uint256 now_);

    /// @notice Ballots are still taken.
    error VotingNotClosed(uint256 closes, uint256 now_);

    /// @notice It is too late for a tally.
    error TallyingClosed(uint256 tallyBy, uint256 now_);

    /// @notice The ballot is bound to another sender.
    error BoundToAnother(address binding, address sender);

    /// @notice A list has the wrong number of words.
    error WrongNumberOfWords(uint256 expected, uint256 actual);

    /// @notice A word is not below r.
    error WordNotInField(uint256 index, uint256 value);

    /// @notice This member has voted in this election.
    error NullifierSpent(uint256 nullifier);

    /// @notice A batch holds 1 to `most` ballots.
    error BatchSizeUnsupported(uint256 ballots, uint256 most);

    /// @notice Only the trustee itself posts its share.
    error NotTheTrustee(uint256 trustee, address expected, address sender);

    /// @notice Too few ballots: nothing is opened.
    error TurnoutTooLow(uint256 ballots, uint256 minTurnout);

    /// @notice The subset is not a set of exactly the threshold's number of trustees.
    error WrongSubset(uint256 subset);

    /// @notice A total is 2^40 or more.
    error TotalTooLarge(uint256 option, uint256 total);

    /// @notice The totals exceed what the rule gives the electorate's weight; for approval, one total does.
    error TotalsExceedWeight(uint256 sum, uint256 most);

    /// @notice The totals are recorded already.
    error AlreadyTallied(uint256 proposalId);

    /// @notice There are no totals yet.
    error NotTallied(uint256 proposalId);

    /// @notice Opens the election of a proposal that is up for votes, or of a poll that has begun. Anyone may, once; there is
    /// nothing to choose.
    /// @param proposalId the election
    function open(uint256 proposalId) external;

    /// @notice Takes one sealed ballot. Anyone may send it, unless it is bound.
    /// @param proposalId the election
    /// @param ballot the ballot
    function cast(uint256 proposalId, Ballot calldata ballot) external;

    /// @notice Takes 1 to `MAX_BATCH` sealed ballots at once, all of them verified by one pairing. A ballot whose nullifier is
    /// spent, before or earlier in the batch, is skipped whatever else it says, so that nobody kills a batch by casting a
    /// copy of one of its ballots first; any other ballot that `cast` would refuse reverts the batch, and so does one that is
    /// bound to another sender.
    /// @param proposalId the election
    /// @param ballots the ballots
    function castBatch(uint256 proposalId, Ballot[] calldata ballots) external;

    /// @notice Publishes a trustee's partial decryptions, after the close. Not verified: only the tally's proof decides.
    /// @param proposalId the election
    /// @param trustee index of the trustee in the election's term
    /// @param share D_0.x, D_0.y, .., c, z: 2 per option and 2
    function postShare(uint256 proposalId, uint256 trustee, uint256[] calldata share) external;

    /// @notice Records proven totals. Anyone may.
    /// @param proposalId the election
    /// @param subset bitmap of the trustees whose shares were used, 1 in this version
    /// @param totals_ votes per option in units of weight
    /// @param h hash of the words, proven by the circuit
    /// @param proof A.x, A.y, B.x_im, B.x_re, B.y_im, B.y_re, C.x, C.y
    function tally(uint256 proposalId, uint256 subset, uint256[] calldata totals_, uint256 h, uint256[8] calldata proof)
        external;

    /// @notice Where an election stands.
    function status(uint256 proposalId) external view returns (Status);

    /// @notice Everything about one election.
    function election(uint256 proposalId) external view returns (ElectionView memory);

    /// @notice The sums of all ciphertexts: c1_x, c1_y, then c2_k_x, c2_k_y per option.
    function accumulators(uint256 proposalId) external view returns (uint256[] memory);

    /// @notice Recorded totals per option, in units of weight; reverts before the tally.
    function totals(uint256 proposalId) external view returns (uint256[] memory);

    /// @notice Whether a nullifier was spent in an election.
    function isSpent(uint256 proposalId, uint256 nullifier) external view returns (bool);

    /// @notice Digest of a trustee's last share, 0 where there is none.
    function shareDigest(uint256 proposalId, uint256 trustee) external view returns (bytes32);

    /// @notice First word of the preimage of a ballot's gamma: keccak256(tag, chainid, box, proposalId).
    function electionId(uint256 proposalId) external view returns (bytes32);

    /// @notice What binds shares and tally to this election: keccak256(tag, chainid, committee, term, box, proposalId) >> 8.
    function tallyContext(uint256 proposalId) external view returns (uint256);
}
