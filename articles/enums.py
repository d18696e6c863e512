"""Words with a fixed meaning, shared with triage; imports nothing of ours."""

from django.db.models import TextChoices


class Disposition(TextChoices):
    """How soon a person must be seen, most urgent first."""

    EMERGENCY_NOW = "emergency_now", "Call an ambulance now"
    ED_NOW = "ed_now", "Go to an emergency department now"
    SAME_DAY = "same_day", "Be seen by a doctor today"
    ROUTINE = "routine", "See a doctor or clinic within some days"
    SELF_CARE = "self_care", "Look after it at home"


URGENT = frozenset({Disposition.EMERGENCY_NOW, Disposition.ED_NOW, Disposition.SAME_DAY})


class Certainty(TextChoices):
    """How sure the evidence lets us be of a statement."""

    HIGH = "high", "High certainty"
    MODERATE = "moderate", "Moderate certainty"
    LOW = "low", "Low certainty"
    VERY_LOW = "very_low", "Very low certainty"
    CONTESTED = "contested", "Contested"
    NO_SOURCE = "no_source", "No source"


class Verdict(TextChoices):
    """What became of a belief when it was checked."""

    SUPPORTED = "supported", "Supported"
    CORRECTED = "corrected", "Corrected"
    CONTESTED = "contested", "Contested"
    UNSUPPORTED = "unsupported", "Not supported"
    TRANSLATION = "translation", "A translation mistake"


class CauseGroup(TextChoices):
    """The family a cause belongs to."""

    MUSCLE = "muscle", "Muscle, tendon and bone"
    VEIN = "vein", "Veins"
    ARTERY = "artery", "Arteries"
    NERVE_NEAR = "nerve_near", "Nerves pressed in or near the calf"
    NERVE_FAR = "nerve_far", "Nerves pressed higher up, or nerve disease"
    INFECTION = "infection", "Infection"
    WHOLE_BODY = "whole_body", "Whole body"
    PREGNANCY = "pregnancy", "Pregnancy"


class Complaint(TextChoices):
    """What a person feels; kinds that must not be mixed up."""

    SORENESS = "soreness", "Soreness or ache"
    CRAMP = "cramp", "Cramp or spasm"
    NUMBNESS = "numbness", "Numbness or tingling"
    WEAKNESS = "weakness", "Weakness"
    SWELLING = "swelling", "Swelling"
    WHOLE_BODY_ACHE = "whole_body_ache", "Aches all over"


class Audience(TextChoices):
    """For whom a statement holds."""

    GENERAL = "general", "Adults"
    PREGNANT = "pregnant", "If you are pregnant"
    AFTER_BIRTH = "after_birth", "If you had a baby in the last 12 weeks"
    DIABETES = "diabetes", "If you have diabetes"
    DIALYSIS = "dialysis", "If you have kidney failure or are on dialysis"
    BLOOD_THINNER = "blood_thinner", "If you take a blood thinner"
    UNDER_18 = "under_18", "If you are under 18"


class RiskKind(TextChoices):
    """What sort of circumstance makes a cause more likely."""

    AUDIENCE = "audience", "Stage of life"
    AGE = "age", "Age"
    POSTURE = "posture", "Posture"
    FOOTWEAR = "footwear", "Shoes"
    SPORT = "sport", "Sport"
    OCCUPATION = "occupation", "Work"
    PREGNANCY_STAGE = "pregnancy_stage", "Stage of pregnancy"
    ILLNESS = "illness", "Illness"
    MEDICINE = "medicine", "Medicine"
    HABIT = "habit", "Habit"
    WEIGHT = "weight", "Weight"
    INJURY = "injury", "Injury"


class Rank(TextChoices):
    """How a cause stands beside the others of its list."""

    MAIN = "main", "Main"
    OTHER = "other", "Other"
    RARE = "rare", "Rare"


class Severity(TextChoices):
    """How strong the complaint is for which a technique is meant."""

    MILD = "mild", "Mild"
    MODERATE = "moderate", "Moderate"
    MARKED = "marked", "Marked"


class Side(TextChoices):
    """One side of the body or both."""

    ONE = "one", "Usually one side"
    BOTH = "both", "Usually both sides"
    EITHER = "either", "One side or both"


class Polarity(TextChoices):
    """Which way a finding points."""

    WARNING = "warning", "More worrying when present"
    CONTEXT = "context", "Can point either way"
    MITIGATING = "mitigating", "Less worrying when present"


class Mode(TextChoices):
    """How many conditions of a rule must hold."""

    ANY = "any", "Any one of these"
    ALL = "all", "All of these"


class SourceKind(TextChoices):
    """What kind of work a source is."""

    GUIDELINE = "guideline", "Clinical guideline"
    SYSTEMATIC_REVIEW = "systematic_review", "Systematic review"
    TRIAL = "trial", "Study"
    REVIEW_ARTICLE = "review_article", "Review article"
    SAFETY_ALERT = "safety_alert", "Medicine safety alert"
    WEBSITE = "website", "Health service website"
    REFERENCE_WORK = "reference_work", "Reference work"


class Specialty(TextChoices):
    """Who sees a person; the name used in a place stands on the services page."""

    AMBULANCE = "ambulance", "Ambulance"
    EMERGENCY = "emergency", "Emergency department"
    MATERNITY = "maternity", "Maternity unit"
    DVT_SERVICE = "dvt_service", "Same-day clot clinic"
    GP = "gp", "General practice"
    REHABILITATION = "rehabilitation", "Rehabilitation medicine"
    PHYSIOTHERAPY = "physiotherapy", "Physiotherapy"
    SPORTS_MEDICINE = "sports_medicine", "Sports medicine"
    ORTHOPAEDICS = "orthopaedics", "Orthopaedics"
    VASCULAR_SURGERY = "vascular_surgery", "Vascular surgery"
    NEUROLOGY = "neurology", "Neurology"
    SPINE_SURGERY = "spine_surgery", "Spine surgery"
    NEPHROLOGY = "nephrology", "Kidney clinic"
    CARDIOLOGY = "cardiology", "Heart clinic"
    DIABETES_FOOT = "diabetes_foot", "Diabetes foot team"
    PHARMACIST = "pharmacist", "Pharmacist"
    PRESCRIBER = "prescriber", "Whoever prescribed the medicine"
    MIDWIFE = "midwife", "Midwife"
    OBSTETRICS = "obstetrics", "Obstetrics"
    CHILDRENS_DOCTOR = "childrens_doctor", "Children's doctor"


class Action(TextChoices):
    """What a technique does to the body; what a contraindication forbids."""

    MASSAGE = "massage", "Massage"
    HEAT = "heat", "Heat"
    COLD = "cold", "Cold"
    COMPRESSION = "compression", "Compression"
    VIGOROUS_STRETCH = "vigorous_stretch", "Stretching"
    EXERCISE = "exercise", "Exercise"
    ANTI_INFLAMMATORY = "anti_inflammatory", "Anti-inflammatory medicine"
    ELEVATION = "elevation", "Raising the leg"
    SUPPLEMENT = "supplement", "Supplements"
    FOOTWEAR = "footwear", "Shoes"
    POSTURE = "posture", "Posture"
    REST = "rest", "Rest"
    FLUIDS = "fluids", "Fluids"
    PAIN_RELIEF = "pain_relief", "Pain relief"
    FOOT_CARE = "foot_care", "Foot care"
    WAITING = "waiting", "Waiting for help"
    SAFETY_NET = "safety_net", "When to get help"
