fedcctr_test(tst_curveplot widgets/tst_curveplot.cpp LIBS fedcctr_widgets)
fedcctr_test(tst_valueedit widgets/tst_valueedit.cpp LIBS fedcctr_widgets)
fedcctr_test(tst_settingsform widgets/tst_settingsform.cpp LIBS fedcctr_widgets)
fedcctr_test(tst_prompteditor widgets/tst_prompteditor.cpp LIBS fedcctr_widgets)
