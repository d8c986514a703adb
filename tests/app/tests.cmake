fedcctr_test(tst_data_command app/tst_data_command.cpp LIBS fedcctr_data ZLIB::ZLIB DEPENDS fedcctr)
fedcctr_test(tst_privacy_command app/tst_privacy_command.cpp LIBS fedcctr_base nlohmann_json::nlohmann_json
    DEPENDS fedcctr fedcctr-engine TIMEOUT 180)

add_executable(fake_engine fixtures/fake_engine.cpp)
target_link_libraries(fake_engine PRIVATE fedcctr_options fedcctr_experiment nlohmann_json::nlohmann_json Threads::Threads)
fedcctr_test(tst_engineprocess app/tst_engineprocess.cpp LIBS fedcctr_studio DEPENDS fake_engine)
fedcctr_test(tst_trainpage app/tst_trainpage.cpp LIBS fedcctr_studio DEPENDS fake_engine TIMEOUT 120)
fedcctr_test(tst_report app/tst_report.cpp LIBS fedcctr_experiment Qt6::Gui DEPENDS fedcctr)
fedcctr_test(tst_engine app/tst_engine.cpp LIBS fedcctr_data fedcctr_experiment ZLIB::ZLIB DEPENDS fedcctr-engine TIMEOUT 180 LABELS slow)
fedcctr_test(tst_audit_command app/tst_audit_command.cpp LIBS fedcctr_base nlohmann_json::nlohmann_json
    DEPENDS fedcctr fedcctr-engine TIMEOUT 240 LABELS slow)
fedcctr_test(tst_augment_command app/tst_augment_command.cpp LIBS fedcctr_llm scripted_server ZLIB::ZLIB
    DEPENDS fedcctr fedcctr-engine TIMEOUT 180)
fedcctr_test(tst_augmentpage app/tst_augmentpage.cpp LIBS fedcctr_studio fedcctr_llm scripted_server DEPENDS fake_engine
    TIMEOUT 180)
fedcctr_test(tst_aboutdialog app/tst_aboutdialog.cpp LIBS fedcctr_studio)
fedcctr_test(tst_plurals app/tst_plurals.cpp LIBS fedcctr_studio)
fedcctr_test(tst_comparepage app/tst_comparepage.cpp LIBS fedcctr_studio fedcctr_experiment DEPENDS fake_engine TIMEOUT 300)
target_include_directories(tst_comparepage PRIVATE "${CMAKE_SOURCE_DIR}/tests")
fedcctr_test(tst_privacypage app/tst_privacypage.cpp LIBS fedcctr_studio fedcctr_experiment fedcctr_data
    fedcctr_privacy nlohmann_json::nlohmann_json ZLIB::ZLIB DEPENDS fake_engine TIMEOUT 120)
fedcctr_test(tst_sweep_command app/tst_sweep_command.cpp LIBS fedcctr_experiment DEPENDS fedcctr)
fedcctr_test(tst_runqueue app/tst_runqueue.cpp LIBS fedcctr_studio fedcctr_experiment DEPENDS fake_engine TIMEOUT 120)
fedcctr_test(tst_runlibrary app/tst_runlibrary.cpp LIBS fedcctr_studio fedcctr_experiment)
target_include_directories(tst_runlibrary PRIVATE "${CMAKE_SOURCE_DIR}/tests")
fedcctr_test(tst_monkey app/tst_monkey.cpp LIBS fedcctr_studio fedcctr_experiment DEPENDS fake_engine TIMEOUT 300 LABELS slow)
fedcctr_test(tst_embed_command app/tst_embed_command.cpp LIBS fedcctr_analysis fedcctr_data nlohmann_json::nlohmann_json
    ZLIB::ZLIB DEPENDS fedcctr-engine TIMEOUT 180 LABELS slow)
fedcctr_test(tst_embeddingspage app/tst_embeddingspage.cpp LIBS fedcctr_studio fedcctr_data fedcctr_analysis
    fedcctr_experiment DEPENDS fedcctr-engine fake_engine TIMEOUT 180 LABELS slow)
fedcctr_test(tst_remoterun app/tst_remoterun.cpp LIBS fedcctr_studio fedcctr_experiment Qt6::Network DEPENDS fake_engine
    TIMEOUT 180)
fedcctr_test(tst_importwizard app/tst_importwizard.cpp LIBS fedcctr_studio fedcctr_data)
fedcctr_test(tst_datapage app/tst_datapage.cpp LIBS fedcctr_studio fedcctr_augment)
# Compares with fedcctr-engine where it has been built; of itself it needs no torch.
fedcctr_test(tst_parameter_count app/tst_parameter_count.cpp LIBS fedcctr_experiment fedcctr_augment fedcctr_data TIMEOUT 180)
fedcctr_test(tst_experimentpage app/tst_experimentpage.cpp LIBS fedcctr_studio fedcctr_experiment fedcctr_data DEPENDS fake_engine
    TIMEOUT 120)
fedcctr_test(tst_tour app/tst_tour.cpp LIBS fedcctr_studio fedcctr_experiment fedcctr_data DEPENDS fedcctr-engine
    TIMEOUT 400 LABELS slow)
# The same pages on a screen of twice the resolution.
add_test(NAME tst_tour_scaled COMMAND tst_tour everyPage)
set_tests_properties(tst_tour_scaled PROPERTIES TIMEOUT 120 LABELS slow DEPENDS tst_tour
    ENVIRONMENT "QT_QPA_PLATFORM=offscreen;LC_ALL=C.UTF-8;QT_SCALE_FACTOR=2;XDG_CONFIG_HOME=${CMAKE_BINARY_DIR}/test-config/tst_tour")
fedcctr_test(tst_provenance app/tst_provenance.cpp LIBS fedcctr_augment ZLIB::ZLIB DEPENDS fedcctr fedcctr-engine
    TIMEOUT 240 LABELS slow)
fedcctr_test(tst_locale app/tst_locale.cpp LIBS fedcctr_studio fedcctr_experiment DEPENDS fedcctr TIMEOUT 180)
